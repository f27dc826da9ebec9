"""The inner integral, over log sigma, against a dense sum; with one top and with two."""

import numpy as np
import pytest
from pooling.exact.groups import Problem
from pooling.exact.sigma import inner, log_joint, rough
from pooling.priors import Exponential, HalfCauchy, HalfNormal

N, Y = np.array([3.0, 8, 1, 5]), np.array([0.4, -1.1, 2.0, 0.3])
X = np.array([-30.0, -3, -0.5, 0, 1, 4, 7])
PRIORS = {"HalfCauchy": HalfCauchy(0.7), "HalfNormal": HalfNormal(2), "Exponential": Exponential(0.5)}


def problem(tau, sigma, *, rows=17.0, ss=9.0, loc=0.5, scale=2.0, spread=1.0):
    return Problem(N, spread * Y, ss, rows, 4, loc, scale, tau, sigma)


def dense(p, given):
    """Log integral, mean and variance of log sigma for each place of `given`: 40,000 steps over it all."""
    s, step = np.linspace(-100, 100, 40_001, retstep=True)
    log_p = log_joint(p, given, np.tile(s, (given.x.size, 1)))
    top = log_p.max(axis=1)
    density = np.exp(log_p - top[:, None]) * step
    total = density.sum(axis=1)
    mean = density @ s / total
    return np.log(total) + top, mean, density @ s**2 / total - mean**2


def moments(found):
    mean = (found.share * found.s).sum(axis=1)
    return found.log_integral, mean, (found.share * (found.s - mean[:, None]) ** 2).sum(axis=1)


@pytest.mark.parametrize("tau", PRIORS)
@pytest.mark.parametrize("sigma", PRIORS)
def test_integral_and_moments(tau, sigma):
    p = problem(PRIORS[tau], PRIORS[sigma])
    given = p.given(X)
    for found, expected in zip(moments(inner(p, given, 41)), dense(p, given), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-7)


@pytest.mark.parametrize("rows", [4.0, 6.0, 20.0])
def test_two_tops_are_both_integrated(rows):
    """A prior mean of mu a thousand of its sds away: a small sigma that believes the data, or a large one."""
    p = problem(HalfNormal(1), HalfCauchy(30), rows=rows, ss=1e-4, loc=1000.0, scale=1.0, spread=1e-3)
    given = p.given(np.array([-1.0, 0.5]))
    for found, expected in zip(moments(inner(p, given, 161)), dense(p, given), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_rough_integral_is_good_enough_to_find_hills_by():
    p = problem(HalfCauchy(1), HalfCauchy(1), rows=200.0, ss=150.0)
    given = p.given(X)
    np.testing.assert_allclose(rough(p, given).log_integral, inner(p, given, 41).log_integral, atol=0.1)
