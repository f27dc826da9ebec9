"""Chapter 8: the shrinkage formula derived, each step an equation that SymPy checks.

y_ji ~ N(alpha_j, sigma_y), i = 1, ..., n_j; alpha_j ~ N(mu, sigma_alpha). Every function returns an
equation whose sides are left as they are. `difference` says what is left of one side after the other
has been subtracted, and `verify` refuses an equation where that is not zero.
"""

from typing import NamedTuple

import sympy
from sympy import Derivative, Limit, Product, Rational, Sum, exp, log, pi, sqrt
from sympy.printing.latex import LatexPrinter

__all__ = [
    "DEFINITIONS", "N", "Verified", "collected", "complete_square", "difference", "equation", "limits",
    "log_likelihood", "log_posterior", "log_prior", "mean_used", "regression", "second_slope", "slope",
    "solved", "verify", "weighted",
]  # fmt: skip

j = sympy.Symbol("j")
i = sympy.Symbol("i", integer=True, positive=True)
n = sympy.Symbol("n_j", positive=True)
alpha, mu, ybar, alphahat, w = sympy.symbols("alpha_j mu ybar_j alphahat_j w_j", real=True)
sigma_y, sigma_alpha = sympy.symbols("sigma_y sigma_alpha", positive=True)
y = sympy.IndexedBase("y", real=True)[j, i]


class N(sympy.Function):
    """Density of N(mean, sd) at x, written N(x, mean, sd); sd is a standard deviation."""

    nargs = 3

    def density(self):
        """Return the expression that the name stands for."""
        x, mean, sd = self.args
        return exp(-((x - mean) ** 2) / (2 * sd**2)) / sqrt(2 * pi * sd**2)

    def _latex(self, printer):
        x, mean, sd = map(printer.doprint, self.args)
        return rf"\mathrm{{N}}({x};\, {mean}, {sd})"


_own, _population = n / sigma_y**2, 1 / sigma_alpha**2  # the two precisions
_total = Sum(y, (i, 1, n))
_squares = Sum((y - alpha) ** 2, (i, 1, n)) / (2 * sigma_y**2)
_square = (alpha - mu) ** 2 / (2 * sigma_alpha**2)
#: What the shorter names stand for: the mean, the shrinkage formula, the weight.
DEFINITIONS = {
    alphahat: (_own * ybar + _population * mu) / (_own + _population),
    w: n * sigma_alpha**2 / (sigma_y**2 + n * sigma_alpha**2),
    ybar: _total / n,
}


# --- checking ----------------------------------------------------------------------------------------


def equation(left, right):
    """Return left = right as it stands, whether it is true or not."""
    return sympy.Eq(left, right, evaluate=False)


def difference(claim):
    """Left side minus right side, simplified: 0 where SymPy finds them equal."""
    left_over = (claim.lhs - claim.rhs).replace(lambda x: isinstance(x, N), N.density)
    left_over = sympy.expand_log(left_over, force=True).doit()  # derivatives and limits are taken here
    for name, meaning in DEFINITIONS.items():
        left_over = left_over.subs(name, meaning)
    left_over = sympy.expand_log(left_over.replace(Sum, _linear).expand(), force=True)
    return sympy.simplify(left_over)


def _linear(term, limits):
    """Write a sum as a combination of Σ y, Σ y² and n, which are not simplified further."""
    index, first, last = limits
    total = 0
    for part in sympy.Add.make_args(term.expand()):
        outside, inside = part.as_independent(index)
        total += outside * (last - first + 1 if inside == 1 else Sum(inside, limits))
    return total


class Verified(NamedTuple):
    """An equation of which `difference` is 0; a notebook typesets it."""

    equation: sympy.Eq

    def _repr_latex_(self):
        left, right = map(_lines, self.equation.args)
        gone = r"\textsf{left} - \textsf{right} = 0"
        return rf"$$\begin{{aligned}} & {left} \\ ={{}} & {right} \\[4pt] & {gone} \end{{aligned}}$$"

    def __str__(self) -> str:
        """Say it in one line of plain text."""
        return f"{self.equation.lhs} = {self.equation.rhs}; left - right = 0"


def verify(claim):
    """Return the equation, verified.

    Raises
    ------
    ArithmeticError
        If left minus right does not simplify to 0; it says what is left over.
    """
    left_over = difference(claim)
    if left_over != 0:
        raise ArithmeticError(f"the two sides differ by {left_over}")
    return Verified(claim)


# --- the derivation, step by step --------------------------------------------------------------------


def log_likelihood():
    """Take logs of the density of n_j observations: the product becomes a sum."""
    product = Product(N(y, alpha, sigma_y), (i, 1, n))
    return equation(log(product), -n * log(2 * pi * sigma_y**2) / 2 - _squares)


def log_prior():
    """Take the log of the density of alpha_j in its population."""
    return equation(log(N(alpha, mu, sigma_alpha)), -log(2 * pi * sigma_alpha**2) / 2 - _square)


def log_posterior():
    """Add the two: two squares, and a constant in which there is no alpha_j."""
    constant = -n * log(2 * pi * sigma_y**2) / 2 - log(2 * pi * sigma_alpha**2) / 2
    return equation(log_likelihood().lhs + log_prior().lhs, -_squares - _square + constant)


def slope():
    """Differentiate in alpha_j; the constant is gone."""
    right = Sum(y - alpha, (i, 1, n)) / sigma_y**2 - (alpha - mu) / sigma_alpha**2
    return equation(Derivative(-_squares - _square, alpha), right)


def collected():
    """Collect what multiplies alpha_j."""
    right = _total / sigma_y**2 + mu / sigma_alpha**2 - alpha * (_own + _population)
    return equation(slope().rhs, right)


def mean_used():
    """Put n_j times the mean for the sum of the observations."""
    return equation(collected().rhs, _own * ybar + _population * mu - alpha * (_own + _population))


def solved():
    """Set the slope to zero and divide; the left side is what SymPy's own solver finds."""
    (root,) = sympy.solve(mean_used().rhs, alpha)
    return equation(root, DEFINITIONS[alphahat])


def second_slope():
    """Differentiate once more: negative everywhere, so there is one maximum."""
    return equation(Derivative(-_squares - _square, (alpha, 2)), -(_own + _population))


def weighted():
    """Write the formula as a weighted mean of the group's own mean and mu."""
    return equation(DEFINITIONS[alphahat], w * ybar + (1 - w) * mu)


# --- read two more ways, and its limits --------------------------------------------------------------


def complete_square():
    """Complete the square: the posterior of alpha_j, what ybar_j says of mu, the scatter within."""
    posterior = Rational(1, 2) * (alpha - alphahat) ** 2 * (_own + _population)
    of_mean = Rational(1, 2) * (ybar - mu) ** 2 / (sigma_alpha**2 + sigma_y**2 / n)
    within = Sum((y - ybar) ** 2, (i, 1, n)) / (2 * sigma_y**2)
    return equation(-_squares - _square, -posterior - of_mean - within)


def regression():
    """Regress alpha_j on the mean of its group: covariance over variance is the weight."""
    z, e = sympy.symbols("z e")  # independent, mean 0, sd 1
    group = mu + sigma_alpha * z
    mean = group + sigma_y / sqrt(n) * e

    def covariance(a, b):
        return sum(a.coeff(noise) * b.coeff(noise) for noise in (z, e))

    return equation(covariance(group, mean) / covariance(mean, mean), w)


def limits():
    """Where the formula goes, by name of what goes where."""
    ends = {"n → 0": (n, 0, mu), "n → ∞": (n, sympy.oo, ybar)}
    ends |= {"σ_α → 0": (sigma_alpha, 0, mu), "σ_α → ∞": (sigma_alpha, sympy.oo, ybar)}
    ends |= {"σ_y → 0": (sigma_y, 0, ybar), "σ_y → ∞": (sigma_y, sympy.oo, mu)}
    formula = DEFINITIONS[alphahat]
    return {name: equation(Limit(formula, x, end), value) for name, (x, end, value) in ends.items()}


# --- on the page -------------------------------------------------------------------------------------


class _Printer(LatexPrinter):
    """LaTeX with the terms of a sum in reading order: positive ones first, then what is unknown."""

    def _as_ordered_terms(self, expr, order=None):
        def rank(term):
            data = term.has(y, ybar, n) and not term.has(1 / n)
            return term.could_extract_minus_sign(), not term.has(alpha), not data

        return sorted(super()._as_ordered_terms(expr, order), key=rank)

    def _print_Indexed(self, expr):
        return "y_{j,i}"


def _lines(expr):
    """Typeset; in a sum of squares or logs each takes a line of its own, so that it fits on a phone."""
    printer = _Printer()
    whole = printer.doprint(expr)
    if isinstance(expr, Derivative) and expr.expr.is_Add:
        return rf"{whole[: whole.index(r'\left(')]} \Bigl( {_lines(expr.expr)} \Bigr)"
    squares = [x for x in expr.atoms(sympy.Pow) if x.base.is_Add and x.exp == 2]
    if not expr.is_Add or not (squares or expr.has(log)):
        return whole
    first, *rest = (printer.doprint(term) for term in printer._as_ordered_terms(expr))
    return r" \\ & ".join([first, *(term if term[0] == "-" else f"+ {term}" for term in rest)])
