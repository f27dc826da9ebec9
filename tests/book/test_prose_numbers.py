"""The role `eval` in a site small enough to be built here, from a notebook that brings its outputs."""

import re
import subprocess
import sys

import nbformat
import pytest
from docutils import nodes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from places import ROOT
from sphinx_ext.math_at_build import keep_marks
from sphinx_ext.prose_numbers import asked, keep_percent

CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "tools")!r})
extensions = ["myst_nb", "sphinx_ext.prose_numbers"]
nb_execution_mode = "off"
"""


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ('glue["a-b:.1f"]', "a-b:.1f"),
        ('glue["a"]', "a"),
        ("glue['a']", None),
        ("a", None),
        ('glue["a"] + 1', None),
    ],
)
def test_what_the_prose_asks(expression, name):
    assert asked(expression) == name


def glued(name, **bundle):
    prefix = "application/papermill.record/"
    about = {"scrapbook": {"name": name, "mime_prefix": prefix}}
    data = {f"{prefix}{kind}": value for kind, value in bundle.items()}
    return new_output("display_data", data=data, metadata=about)


@pytest.fixture
def build(tmp_path):
    """Return a function that builds a page of prose below a cell that has glued 4.49 and a picture."""

    def go(text):
        outputs = [
            glued("mean", **{"text/plain": "4.49"}),
            glued("low", **{"text/plain": "-1.49"}),
            glued(
                "plate",
                **{"text/plain": "Picture(alt='One.')", "text/html": "<svg><title>One.</title></svg>"},
            ),
        ]
        cells = [
            new_markdown_cell(f"# A page\n\n{text}"),
            new_code_cell("glue", outputs=outputs, execution_count=1),
        ]
        notebook = new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(notebook, tmp_path / "index.ipynb")
        (tmp_path / "conf.py").write_text(CONF)
        command = [sys.executable, "-m", "sphinx", "-q", "-E", "-W", ".", "html"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done, tmp_path / "html" / "index.html"

    return go


def test_a_picture_stands_in_the_text(build):
    done, page = build('Some {eval}`glue["plate"]` here.')
    assert (done.returncode, done.stderr) == (0, "")
    assert 'Some <span class="output text_html"><svg><title>One.</title></svg></span> here' in page.read_text(
        "utf8"
    )


def test_a_number_stands_in_the_page(build):
    done, page = build('Some {eval}`glue["mean:.1f"]` minutes.')
    assert done.returncode == 0, done.stderr
    assert re.search(r'Some <span class="pasted-text">4.5</span> minutes', page.read_text("utf8"))


def test_a_percent_sign_stays_with_its_number(build):
    done, page = build('Of {eval}`glue["mean:.0f"]` % and **94 %** and (95 %), and 1 % more; `3 %`.')
    assert done.returncode == 0, done.stderr
    found = re.search("Of .* more", page.read_text("utf8"))[0]
    assert found == (
        'Of <span class="together"><span class="pasted-text">4</span> %</span> and '
        '<strong><span class="together">94 %</span></strong> and <span class="together">(95 %</span>), '
        'and <span class="together">1 %</span> more'
    )
    assert '<span class="pre">3</span> <span class="pre">%</span>' in page.read_text("utf8")


def test_a_negative_number_has_a_minus_sign(build):
    done, page = build(
        'From -3 to {eval}`glue["low:.1f"]`, **-0.5**, 3-4, 1e-05, memo-1; `-7`.\n\n| a |\n|---|\n| -2 |'
    )
    assert done.returncode == 0, done.stderr
    written = page.read_text("utf8")
    assert 'From −3 to <span class="pasted-text">−1.5</span>, <strong>−0.5</strong>' in written
    assert "3-4, 1e-05, memo-1" in written
    assert '<span class="pre">-7</span>' in written
    assert re.search(r"<td>\s*<p>\s*−2</p>", written)


def test_of_two_texts_of_the_same_words_the_right_one_is_changed():
    """For docutils they are equal: its own `index` finds the first."""
    same = ". In "
    paragraph = nodes.paragraph("", "", nodes.strong("", "this"), nodes.Text(same), nodes.math("", "x"))
    paragraph += nodes.Text(same)
    keep_marks(None, paragraph, "page")
    assert [str(text) for text in paragraph.findall(nodes.Text)] == ["this", same, "x", " In "]
    assert paragraph[2]["marks"] == "."

    glued = [nodes.inline("", number) for number in ("4", "5")]
    paragraph = nodes.paragraph("", "a % b", glued[0], nodes.Text(" % b"), glued[1], nodes.Text(" % b"))
    keep_percent(None, paragraph, "page")
    assert paragraph.astext() == "a % b4 % b5 % b"
    kept = [node.astext() for node in paragraph.findall(nodes.inline) if "together" in node["classes"]]
    assert kept == ["4 %", "5 %"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{eval}`glue["other:.1f"]`', "other"),
        (
            "{eval}`mean`",
            r'eval takes glue\["name:format"\] or glue\.guess\["name:format", "label"\], got mean',
        ),
    ],
)
def test_what_was_not_glued_fails_the_build(build, text, message):
    done, _ = build(text)
    assert done.returncode
    assert re.search(message, done.stderr)
