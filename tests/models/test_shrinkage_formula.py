"""Every step of the derivation holds, on symbols and on numbers; what is wrong is caught."""

import numpy as np
import pytest
import sympy
from pooling import shrinkage_formula as d
from pooling.shrinkage import shrink, weight
from scipy import stats

STEPS = {
    name: getattr(d, name)()
    for name in (
        "log_likelihood", "log_prior", "log_posterior", "slope", "collected", "mean_used", "solved",
        "second_slope", "weighted", "complete_square", "regression",
    )
} | d.limits()  # fmt: skip
each_step = pytest.mark.parametrize("name", STEPS)

SCORES = (88.0, 61.0, 79.0, 64.0)
NUMBERS = {d.alpha: 70.5, d.mu: 63.0, d.sigma_y: 10.0, d.sigma_alpha: 2.0}


def value(expr):
    """Put numbers in, by plain substitution: nothing is simplified."""
    expr = expr.replace(lambda x: isinstance(x, d.N), d.N.density).doit()
    for name, meaning in d.DEFINITIONS.items():
        expr = expr.subs(name, meaning)
    scores = {d.y.subs(d.i, k + 1): score for k, score in enumerate(SCORES)}
    return float(expr.subs(d.n, len(SCORES)).doit().subs(scores).subs(NUMBERS))


@each_step
def test_the_difference_is_zero(name):
    assert d.difference(STEPS[name]) == 0
    assert d.verify(STEPS[name]).equation == STEPS[name]


@pytest.mark.parametrize("name", [name for name in STEPS if "→" not in name])
def test_both_sides_are_the_same_number(name):
    left, right = map(value, STEPS[name].args)
    assert left == pytest.approx(right, rel=1e-12)


@each_step
def test_the_sides_are_not_one_and_the_same_expression(name):
    left, right = STEPS[name].args
    assert left != right


# -- steps that are wrong ----------------------------------------------------------------------------------


def wrong_steps():
    for name, step in STEPS.items():
        yield f"{name}: minus", d.equation(step.lhs, -step.rhs)
        yield f"{name}: twice", d.equation(step.lhs, 2 * step.rhs)
        yield f"{name}: one more", d.equation(step.lhs, step.rhs + 1)
        yield f"{name}: mu more", d.equation(step.lhs, step.rhs + d.mu)
        if step.rhs.is_Add:
            for term in step.rhs.args:
                yield f"{name}: without {term}", d.equation(step.lhs, step.rhs - term)
    used, log = STEPS["mean_used"], STEPS["log_likelihood"]
    yield "n forgotten", d.equation(used.lhs, used.rhs.subs(d.n * d.ybar, d.ybar))
    yield "mu for the mean", d.equation(used.lhs, used.rhs.subs(d.ybar, d.mu))
    yield "sd for variance", d.equation(log.lhs, log.rhs.subs(d.sigma_y**2, d.sigma_y))
    yield "log proportional", d.equation(log.lhs, 3 * log.rhs)
    formula = d.DEFINITIONS[d.alphahat]
    yield "weights swapped", d.equation(formula, (1 - d.w) * d.ybar + d.w * d.mu)
    yield "wrong end", d.equation(sympy.Limit(formula, d.n, 0), d.ybar)


WRONG = dict(wrong_steps())


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_step_is_caught(name):
    assert d.difference(WRONG[name]) != 0
    with pytest.raises(ArithmeticError, match="the two sides differ by"):
        d.verify(WRONG[name])


def test_the_chapters_wrong_step_says_where_to_look():
    left_over = d.difference(WRONG["n forgotten"])
    total = sympy.Sum(d.y, (d.i, 1, d.n))
    assert sympy.simplify(left_over - (1 - 1 / d.n) * total / d.sigma_y**2) == 0


# -- the formula is the one that the program computes ------------------------------------------------------


def test_the_names_stand_for_what_the_program_computes():
    at = {"sigma": 10.0, "tau": 2.0}
    assert value(d.alphahat) == pytest.approx(shrink(np.mean(SCORES), 4, mu=63.0, **at), rel=1e-13)
    assert value(d.w) == pytest.approx(weight(4, **at), rel=1e-13)


def test_the_density_is_scipys():
    assert value(d.N(d.alpha, d.mu, d.sigma_alpha)) == pytest.approx(stats.norm.pdf(70.5, 63, 2), rel=1e-13)


def test_the_logs_are_those_of_the_densities():
    expected = stats.norm.logpdf(SCORES, 70.5, 10).sum() + stats.norm.logpdf(70.5, 63, 2)
    assert value(STEPS["log_posterior"].rhs) == pytest.approx(expected, rel=1e-13)


# -- on the page -------------------------------------------------------------------------------------------


@each_step
def test_it_is_typeset(name):
    tex = d.verify(STEPS[name])._repr_latex_()
    assert tex.startswith(r"$$\begin{aligned}")
    assert tex.count("{") == tex.count("}")
    assert tex.count(r"\Bigl(") == tex.count(r"\Bigr)")
    assert tex.rstrip("$").endswith(r"\textsf{left} - \textsf{right} = 0 \end{aligned}")


def test_a_density_is_written_with_its_mean_and_its_sd():
    assert sympy.latex(d.N(d.alpha, d.mu, d.sigma_alpha)) == r"\mathrm{N}(\alpha_{j};\, \mu, \sigma_{\alpha})"


def test_squares_and_logs_take_a_line_each():
    text = d._lines(STEPS["log_posterior"].rhs)
    assert text.count(r"\\ &") == 3
    assert r"\left(y_{j,i} - \alpha_{j}\right)^{2}" in text
    assert r"\\" not in d._lines(STEPS["collected"].rhs)


def test_it_can_be_read_as_plain_text():
    assert str(d.verify(STEPS["log_prior"])).startswith("log(N(alpha_j, mu, sigma_alpha)) = ")
