"""Eight schools step by step: given tau against matrices, the average over tau against the engine, nodes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pooling.exact import known_se
from pooling.exact_posterior import conditional, placed
from pooling.priors import Exponential, HalfCauchy, Normal
from scipy import stats

Y = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
SE = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])


def by_matrices(tau, y, se, loc, scale):
    """All of (mu, theta, y) is jointly normal: condition on y, with no formula of the chapter."""
    own = np.diag([0.0] + [tau**2] * y.size) + scale**2
    rows = np.hstack([np.zeros((y.size, 1)), np.eye(y.size)])
    total = rows @ own @ rows.T + np.diag(se**2)
    gain = own @ rows.T @ np.linalg.inv(total)
    log_evidence = stats.multivariate_normal.logpdf(y, np.full(y.size, loc), total)
    return log_evidence, loc + gain @ (y - loc), np.sqrt(np.diag(own - gain @ rows @ own))


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.floats(-40, 40), st.floats(1, 30)), min_size=1, max_size=5),
    st.floats(0, 50),
    st.floats(-10, 10),
    st.floats(0.5, 30),
)
def test_given_tau_is_the_joint_normal_conditioned(groups, tau, loc, scale):
    y, se = np.transpose(groups)
    log_evidence, mean, sd = by_matrices(tau, y, se, loc, scale)
    found = conditional([tau], y, se, mu=Normal(loc, scale))
    assert found.log_evidence[0] == pytest.approx(log_evidence, rel=1e-8, abs=1e-8)
    np.testing.assert_allclose([found.mu_mean[0], *found.theta_mean[0]], mean, atol=1e-7)
    np.testing.assert_allclose([found.mu_sd[0], *found.theta_sd[0]], sd, rtol=1e-6)


def test_limits_are_complete_and_no_pooling():
    found = conditional([0.0, 1e7], Y, SE)
    precision = 1 / 5**2 + (SE**-2).sum()
    np.testing.assert_allclose(found.theta_mean[0], (Y / SE**2).sum() / precision, rtol=1e-12)
    np.testing.assert_allclose(found.theta_sd[0], precision**-0.5, rtol=1e-12)
    np.testing.assert_allclose(found.theta_mean[1], Y, atol=1e-6)
    np.testing.assert_allclose(found.theta_sd[1], SE, rtol=1e-6)


@pytest.mark.parametrize("prior", [HalfCauchy(5), Exponential(0.2)], ids=["HC", "Exp"])
def test_average_over_the_nodes_is_the_exact_posterior(prior):
    nodes, exact = placed(Y, SE, 129, tau=prior), known_se(Y, SE, mu=Normal(0, 5), tau=prior)
    assert nodes.share.sum() == pytest.approx(1)
    found = conditional(nodes.tau, Y, SE)
    mean = nodes.share @ found.theta_mean
    variance = nodes.share @ (found.theta_sd**2 + (found.theta_mean - mean) ** 2)
    np.testing.assert_allclose(mean, exact.theta_mean, atol=1e-9)
    np.testing.assert_allclose(np.sqrt(variance), exact.theta_sd, rtol=1e-9)
    assert nodes.share @ nodes.tau == pytest.approx(exact.tau_mean, rel=1e-6)


def test_twice_the_nodes_square_the_error():
    exact = known_se(Y, SE, mu=Normal(0, 5), tau=HalfCauchy(5)).theta_mean
    error = {}
    for n in (17, 33, 65):
        nodes = placed(Y, SE, n)
        error[n] = np.abs(nodes.share @ conditional(nodes.tau, Y, SE).theta_mean - exact).max()
    assert error[33] < error[17] ** 1.6
    assert error[65] < error[33] ** 1.6


@pytest.mark.parametrize("unit", [1e-3, 1e3])
def test_nodes_follow_the_unit(unit):
    priors = {"mu": Normal(0, 5 * unit), "tau": HalfCauchy(5 * unit)}
    nodes, before = placed(Y * unit, SE * unit, 65, **priors), placed(Y, SE, 65)
    found, was = (
        n.share @ conditional(n.tau, Y * u, SE * u, mu=Normal(0, 5 * u)).theta_mean / u
        for n, u in ((nodes, unit), (before, 1))
    )
    np.testing.assert_allclose(found, was, rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: conditional([-1.0], Y, SE), r"tau must have shape \(T,\) and be >= 0"),
        (lambda: conditional([1.0], Y, SE[:3]), r"se must have shape \(8,\)"),
        (lambda: conditional([1.0], Y, 0 * SE), "se must be > 0"),
        (lambda: conditional([1.0], [np.nan], [1.0]), "estimate must be finite, got nan"),
        (lambda: placed(Y, SE, 4), "n must be an integer >= 5, got 4"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
