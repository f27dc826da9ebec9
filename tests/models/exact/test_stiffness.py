"""The bound on the curvature along log(tau/sigma), by which the scan is sure: it is one, and not loose."""

import importlib
import warnings

import numpy as np
import pytest
from adversary import FAMILIES
from dense_intercept import hostile_regression
from pooling.exact import QuadratureWarning, known_se, normal_groups, random_intercept
from pooling.exact.engine import Visit, stiffness
from pooling.exact.quadrature import scan
from pooling.exact.sigma import log_joint
from pooling.priors import Exponential, HalfCauchy, HalfNormal, Normal, ScalePrior

PRIORS = [HalfNormal(1.0), HalfCauchy(0.3), Exponential(2.0), 0.7]
STEP = 1e-3


@pytest.fixture
def problem_of(monkeypatch):
    """Return what turns a call of a model into the problem that the engine integrates."""

    class Met(Exception):
        pass

    def meet(problem, *_):
        raise Met(problem)

    for module in ("pooling.exact", "pooling.exact.random_intercept"):
        monkeypatch.setattr(importlib.import_module(module), "integrate", meet)

    def problem(model, *data, **priors):
        with pytest.raises(Met) as met:
            model(*data, **priors)
        return met.value.args[0]

    return problem


def problems(problem_of):
    rng = np.random.default_rng(1)
    for tau in PRIORS:
        if isinstance(tau, ScalePrior):
            yield problem_of(known_se, 3 * rng.normal(size=9), rng.gamma(2, size=9), mu=Normal(2, 1), tau=tau)
        for sigma in PRIORS:
            if not isinstance(tau, ScalePrior) and not isinstance(sigma, ScalePrior):
                continue
            scales = {"tau": tau, "sigma": sigma}
            n, mean, ss = rng.integers(1, 9, 7), 2 * rng.normal(size=7), rng.gamma(3, size=7)
            yield problem_of(normal_groups, n, mean, ss, mu=Normal(4, 0.5), **scales)
            group = np.r_[np.arange(5), rng.integers(0, 5, 12)]
            x = np.column_stack([np.ones(17), rng.normal(size=17), rng.normal(size=5)[group]])
            y = 3 + rng.normal(size=5)[group] + rng.normal(size=17)
            yield problem_of(random_intercept, y, x, group, beta=Normal(0, 0.5), **scales)


def test_it_is_a_bound(problem_of):
    """At each sigma where that is learned too, as mixing over it only adds to the second derivative."""
    x = np.linspace(-8, 8, 65)
    largest = 0.0
    for problem in problems(problem_of):
        moves = not isinstance(problem.tau, ScalePrior)  # then sigma moves with x
        learned = isinstance(problem.sigma, ScalePrior)
        for log_sigma in np.linspace(-2, 2, 5) if learned and not moves else [0.0]:
            at = [x + shift for shift in (-STEP, 0, STEP)]
            s = [np.log(problem.tau) - one if moves else np.full(x.size, log_sigma) for one in at]
            if not learned:
                s = [np.full(x.size, np.log(problem.sigma))] * 3
            left, middle, right = (
                log_joint(problem, problem.given(one), s_one[:, None])[:, 0]
                for one, s_one in zip(at, s, strict=True)
            )
            falls = -(left - 2 * middle + right) / STEP**2
            one = np.ones((x.size, 1))
            bound = stiffness(
                problem, Visit(problem.given(x), s[1][:, None], one, np.log(one), np.zeros(x.size))
            )
            rounding = 1e-15 * np.abs(middle) / STEP**2 * 8
            assert np.all(falls <= bound * (1 + 1e-4) + rounding + 1e-4), problem
            largest = max(largest, np.max(falls / bound))
    assert largest > 0.5  # it is met, but for a factor


#: y about 1e6, and priors that exclude what it takes: sigma far out, where its prior bends as 1e6 a unit
FAR = [50_125, 50_146, 50_183]


def far_regression(seed):
    y, x, group, beta, tau, sigma = hostile_regression(np.random.default_rng(seed))
    priors = {"tau": FAMILIES[tau[0]](tau[1]), "sigma": FAMILIES[sigma[0]](sigma[1])}
    beta = [Normal(*one) for one in zip(*beta, strict=True)]
    return random_intercept, (y, x, group), {"beta": beta, **priors}


def far_groups(tau, sigma):
    """Where tau is known, sigma moves with x, and takes what its prior against mu's leaves."""
    mean = 1e6 + np.arange(6.0)
    priors = {"mu": Normal(0, 100), "tau": tau, "sigma": sigma}
    return normal_groups, (np.full(6, 4), mean, np.full(6, 2.0)), priors


def far_rows(tau, sigma, scale):
    group = np.repeat(np.arange(6), 4)
    y = 1e8 + group + np.sin(np.arange(24.0))
    return (
        random_intercept,
        (y, np.ones((24, 1)), group),
        {"beta": Normal(0, scale), "tau": tau, "sigma": sigma},
    )


CASES = {
    **{str(seed): far_regression(seed) for seed in FAR},
    "half-normal": far_groups(HalfNormal(3), HalfNormal(9)),
    "exponential": far_groups(HalfNormal(3), Exponential(0.1)),
    "half-Cauchy": far_groups(HalfNormal(3), HalfCauchy(1)),
    "known tau": far_groups(0.5, HalfCauchy(1)),
    "known tau, rows": far_rows(0.02, HalfCauchy(0.01), 0.07),
    "tau takes it": far_rows(HalfCauchy(7), Exponential(0.05), 0.5),
}


@pytest.mark.parametrize("which", CASES)
def test_data_that_the_priors_exclude_are_scanned_in_a_few_hundred_places(which, monkeypatch):
    model, data, priors = CASES[which]
    sizes = []

    def counted(*args, **how):
        found = scan(*args, **how)
        sizes.append(found.x.size)
        return found

    monkeypatch.setattr("pooling.exact.engine.scan", counted)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model(*data, **priors)
    assert max(sizes) < 1000


def test_what_is_not_integrated_loses_nothing():
    p = known_se([1e8, 1e8 + 3], [1.0, 2.0], mu=Normal(0, 1), tau=2.0)
    assert p.error == 0
    w = 1 / (np.array([1, 4]) + 4)
    assert p.mu_mean == pytest.approx(w @ [1e8, 1e8 + 3] / (1 + w.sum()), rel=1e-14)


@pytest.mark.parametrize("size", [1e-6, 1e-8, 1e-10])
def test_a_log_density_of_which_rounding_leaves_nothing_is_warned_of(size):
    with pytest.warns(QuadratureWarning):
        known_se(6e8 + np.arange(38.0), np.full(38, 1e-3), mu=Normal(0, 0.04), tau=HalfNormal(size))
