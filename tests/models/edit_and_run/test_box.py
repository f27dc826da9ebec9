"""What a box tells of programs that go wrong, print too much, or ask for too much."""

import pytest
from in_page import question, running
from pooling.edit_and_run.programs import asked, text


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with running(tmp_path_factory.mktemp("page")) as ask:
        yield ask


def numbered(source, part):
    """Return the number of the first line that has these letters."""
    return next(n for n, line in enumerate(source.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("before", "after", "words", "part"),
    [
        ("knows(theta)", "knowz(theta)", "MemoError", "knowz"),
        ("theta in THETA", "theta in NOWHERE", "NOWHERE", "NOWHERE"),
        ("normpdf(theta, mu, tau)", "normpdf(tetha, mu, tau)", "Unknown choice", "tetha"),
        ("@memo\ndef", "@memo\ndeff", "SyntaxError", "deff"),
        ("sigma = 15", "sigma = 1 / 0", "ZeroDivisionError", "1 / 0"),
        ("sigma = 15", "import pandas", "ModuleNotFoundError", "import pandas"),
        ("sigma = 15", "sigma = jax.numpy.fft(3)", "NameError", "fft"),
    ],
)
def test_a_mistake_is_told_in_its_own_words_with_its_line(page, before, after, words, part):
    program = text("complete_pooling").replace(before, after)
    told = page(program, asked("complete_pooling"))
    assert words in told["error"]
    assert told["line"] == numbered(program, part)


def test_what_the_stand_in_lacks_is_named_with_advice(page):
    told = page("import jax.numpy as jnp\nanswer = jnp.fft", question("answer", ()))
    assert told["line"] == 2
    assert "jax.numpy.fft is not on this page" in told["error"]
    assert "live notebook" in told["error"]
    told = page("import numpy as np\nanswer = np.arange(3).dumps()", question("answer", ()))
    assert "'dumps'" in told["error"]
    assert "live notebook" in told["error"]


def test_an_answer_of_another_shape_says_which(page):
    program = text("complete_pooling").replace("theta_posterior[theta: THETA]", "theta_posterior")
    program = program.replace("Pr[university.theta == theta]", "E[university.theta]").replace(
        "    president: knows(theta)\n", ""
    )
    told = page(program, asked("complete_pooling"))
    assert "shape ()" in told["error"]
    assert "(321,)" in told["error"]


def test_a_program_without_the_query_says_what_run_asks_for(page):
    told = page("x = 1", asked("no_pooling"))
    assert "defines no theta_posterior" in told["error"]
    assert "Reset" in told["error"]


def test_of_a_megabyte_printed_the_beginning_is_shown(page):
    told = page("print('a' * 1_000_000)\nanswer = 1.0", question("answer", ()))
    assert told["printed"].startswith("aaa")
    assert len(told["printed"]) < 11_000
    assert "990,001 characters more" in told["printed"]
    assert told["answers"]["answer"]["values"] == [1.0]


@pytest.mark.parametrize("grid", ["list(range(10**9))", "jnp.arange(10**9)", "jnp.zeros(10**9) + 1"])
def test_a_grid_of_a_thousand_million_is_refused_in_words(page, grid):
    told = page(f"import jax.numpy as jnp\nanswer = ({grid})[0]", question("answer", ()))
    assert "MemoryError" in told["error"]
    assert page("answer = 2.0", question("answer", ()))["answers"]["answer"]["values"] == [2.0]


def test_exit_ends_the_program_and_nothing_else(page):
    assert "SystemExit" in page("import sys\nsys.exit(3)", question("answer", ()))["error"]
    assert page("answer = 2.0", question("answer", ()))["answers"]["answer"]["values"] == [2.0]


def test_one_program_knows_nothing_of_another(page):
    assert "answers" in page("answer = 1.0\nleft = 3", question("answer", ()))
    assert "NameError" in page("answer = left", question("answer", ()))["error"]


def test_infinities_and_nan_are_told_as_no_number(page):
    told = page(
        "import jax.numpy as jnp\nanswer = jnp.array([1.0, jnp.inf, jnp.nan])", question("answer", (3,))
    )
    assert told["answers"]["answer"]["values"] == [1.0, None, None]
