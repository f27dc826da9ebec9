"""What a chapter shows is what the tests run, and a reader can edit it."""

import jax.numpy as jnp
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from pooling import complete_pooling, partial_pooling
from pooling.departments import ONE_MEETING
from pooling.source import edit, source
from traitlets.config import Config


@pytest.fixture
def shell(monkeypatch):
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    monkeypatch.setattr("pooling.source._shell", lambda: shell)
    return shell


def test_source_is_the_lines_of_the_module():
    text = source(complete_pooling, "theta_posterior").text
    assert text.startswith("@memo\ndef theta_posterior[theta: THETA]")
    assert text.endswith("return president[Pr[university.theta == theta]]")
    with open(complete_pooling.__file__) as file:
        assert text in file.read()


def test_several_functions_in_the_order_asked_for():
    text = source(partial_pooling, "theta_posterior", "evidence").text
    assert text.index("def theta_posterior") < text.index("def evidence")


def test_a_listing_leaves_out_what_documents_and_checks_arguments(tmp_path, monkeypatch):
    text = '"""A module."""\n\nfrom pooling import checks\n\n\n'
    text += '''def f(x):
    """Return x.

    It is x.

    Parameters
    ----------
    x : float

    Returns
    -------
    float
    """
    checks.number(
        "x", x
    )
    _check(x)
    return checks.number("x", x)


def g(x):
    """Return x.

    Returns
    -------
    float
    """
    return x


def h(x):
    """Return x."""
    return x
'''
    (tmp_path / "shown.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    import shown

    f = 'def f(x):\n    """Return x.\n\n    It is x.\n    """\n    return checks.number("x", x)'
    g, h = (f'def {name}(x):\n    """Return x."""\n    return x' for name in "gh")
    assert source(shown, "f", "g", "h").text == f"{f}\n\n\n{g}\n\n\n{h}"


def test_displayed_as_highlighted_python():
    assert source(complete_pooling, "posterior")._repr_markdown_().startswith("```python\ndef ")


@pytest.mark.parametrize("names", [(), ("nothing",)])
def test_unknown_names_are_listed(names):
    with pytest.raises(ValueError, match=r"names must be functions of .*theta_posterior"):
        source(complete_pooling, *names)


def test_edited_program_runs_and_matters(shell):
    edit(complete_pooling, "theta_posterior")
    cell = shell.rl_next_input
    call = "theta_posterior(__import__('jax').numpy.asarray(t), 0.0, 20.0, 15.0)"
    shell.user_ns["t"] = ONE_MEETING

    def mean(text):
        shell.run_cell(f"{text}\np = {call}").raise_error()
        return float(np.asarray(shell.user_ns["p"]) @ complete_pooling.THETA)

    assert mean(cell) == pytest.approx(4.491, abs=1e-3)
    assert mean(cell.replace("normpdf(theta, mu, tau)", "1")) == pytest.approx(16 / 3, abs=1e-2)


@pytest.mark.parametrize("double_first", [False, True])
def test_program_and_posterior_go_together_in_either_order(double_first):
    """A warning is an error: neither call leaves its precision behind for the other."""
    if double_first:
        complete_pooling.posterior(ONE_MEETING)
    p = complete_pooling.theta_posterior(jnp.array(ONE_MEETING), 0.0, 20.0, 15.0)
    assert p.dtype == "float32"
    assert complete_pooling.posterior(ONE_MEETING).theta.probability.dtype == "float64"


def test_edit_needs_a_notebook(monkeypatch):
    monkeypatch.setattr("pooling.source._shell", lambda: None)
    with pytest.raises(RuntimeError, match="in a notebook"):
        edit(complete_pooling, "theta_posterior")
