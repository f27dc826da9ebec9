"""Quadrature on the whole line: hills found wherever they are, nodes, integrals, quantiles."""

import numpy as np
import pytest
from pooling.exact.quadrature import halfway, hills, inverse, quantile_table, scan, spread
from scipy import stats
from scipy.special import logsumexp


def normals(*parts):
    """Return the log density of a mixture of normals (mean, sd, share), and what to compare with."""
    mean, sd, share = np.transpose(parts)

    def log_density(x):
        return logsumexp(stats.norm.logpdf(x[:, None], mean, sd) + np.log(share), axis=1)

    def cdf(x):
        return share @ stats.norm.cdf(x, mean, sd)

    def stiff(x):  # where a part is, it bends as fast as that; from x to x ± 1 this changes by e² at most
        return np.max(np.exp(-2 * np.abs(x[:, None] - mean)) / sd**2, axis=1) + 1 / sd.max() ** 2

    center = share @ mean
    return log_density, stiff, cdf, center, np.sqrt(share @ (sd**2 + (mean - center) ** 2))


def logistic(x):
    return x - 2 * np.logaddexp(0, x)


def gamma(x):
    return 4 * x - np.exp(x) - np.log(6)


DENSITIES = {
    "narrow and far": normals((31.7, 1e-3, 1.0)),
    "wide": normals((0.0, 3.0, 1.0)),
    "a needle far from a hill": normals((-12.3, 1e-3, 0.5), (20.0, 2.0, 0.5)),
    "three": normals((-30.0, 0.01, 0.2), (0.1, 1.0, 0.5), (40.2, 0.05, 0.3)),
    "one slow tail": (logistic, np.ones_like, stats.logistic.cdf, 0.0, stats.logistic.std()),
    "skewed": (gamma, np.exp, stats.loggamma(4).cdf, stats.loggamma(4).mean(), stats.loggamma(4).std()),
}
each_density = pytest.mark.parametrize("name", DENSITIES)


def found(name, **how):
    log_density, stiff, cdf, center, sd = DENSITIES[name]

    def both(x):
        return log_density(x), stiff(x)

    where = hills(scan(both, -100.0, 150.0))
    nodes = spread(where, **how)
    return nodes, log_density(nodes.x) + nodes.log_width, (cdf, center, sd), where


@each_density
def test_integral_and_moments(name):
    nodes, log_share, (_, center, sd), _ = found(name, step=0.1)
    share = np.exp(log_share) * (nodes.z[1] - nodes.z[0])
    assert share.sum() == pytest.approx(1, abs=1e-9)
    assert share @ nodes.x == pytest.approx(center, abs=1e-8 * sd)
    assert share @ (nodes.x - center) ** 2 == pytest.approx(sd**2, rel=1e-7)


def test_every_hill_is_found_however_narrow():
    where = found("a needle far from a hill", n=3)[3]
    np.testing.assert_allclose(where.top, [-12.3, 20], atol=0.5)
    assert where.width[0] < 1e-2 < 1 < where.width[1]
    assert len(found("three", n=3)[3].top) == 3


def test_a_bump_that_is_none_is_not_a_hill():
    assert len(found("wide", n=3)[3].top) == 1


@each_density
def test_error_falls_exponentially(name):
    errors = []
    for step in (0.8, 0.4, 0.2):
        nodes, log_share, *_ = found(name, step=step)
        errors.append(abs(np.exp(log_share).sum() * (nodes.z[1] - nodes.z[0]) - 1))
    # Half the steps, the square of the error, but for a factor before it. That still counts where the error
    # is large: at steps of 0.8 it is 8e-5 to 2e-3, and the powers are 1.53 (wide) to 2.4; then 1.8 and more.
    assert errors[1] < errors[0] ** 1.5
    assert errors[2] < errors[1] ** 1.75 + 1e-12


def test_what_costs_too_much_to_search_is_not_taken_for_searched():
    def needle_anywhere(x):
        return stats.norm.logpdf(x, 0, 30), np.full(x.shape, 1e10)

    assert scan(needle_anywhere, -100.0, 150.0).unsure == np.inf


def test_a_density_that_is_not_known_somewhere_is_not_taken_for_known():
    def hole(x):
        return np.where(np.abs(x - 50) < 10, np.nan, stats.norm.logpdf(x, 0, 30)), np.full(x.shape, 1e-3)

    found = scan(hole, -100.0, 150.0)
    assert found.unsure == np.inf
    assert not np.isnan(found.log_p).any()
    assert np.all(hills(found).width > 0)


def test_nodes_halfway_make_the_finer_rule():
    nodes, _, _, where = found("three", n=101)
    more = halfway(where, nodes)
    np.testing.assert_allclose(np.sort(np.r_[nodes.x, more.x]), spread(where, n=201).x, rtol=1e-9)


@pytest.mark.parametrize(("step", "most"), [(0.2, 7e-5), (0.1, 2e-5)])
@each_density
def test_quantiles(name, step, most):
    """Draws come from these, by cubics between nodes: at the engine's steps of 0.2 they are 6e-5 off."""
    nodes, log_share, (cdf, _, _), _ = found(name, step=step)
    places, below = quantile_table(nodes.x, log_share)
    p = np.array([0.001, 0.1, 0.37, 0.6, 0.9, 0.999])
    at = np.interp(p, below, places)
    np.testing.assert_allclose([cdf(x) for x in at], p, atol=most)
    rows = np.tile(nodes.x, (p.size, 1)), np.tile(log_share, (p.size, 1))
    np.testing.assert_allclose([cdf(x) for x in inverse(*rows, p)], p, atol=most)
