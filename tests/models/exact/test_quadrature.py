"""Quadrature on the whole line: nodes placed by the density, integrals, cdf and quantile."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from pooling.exact.quadrature import cdf, cumulate, place, quantile
from scipy import stats

DENSITIES = {
    "narrow and far": (
        lambda x: -0.5 * ((x - 31.7) / 1e-3) ** 2, stats.norm(31.7, 1e-3), 1e-3 * np.sqrt(2 * np.pi)
    ),
    "wide": (lambda x: -0.5 * (x / 3) ** 2, stats.norm(0, 3), 3 * np.sqrt(2 * np.pi)),
    "one slow tail": (lambda x: x - 2 * jnp.logaddexp(0, x), stats.logistic(), 1.0),
    "skewed": (lambda x: 4 * x - jnp.exp(x), stats.loggamma(4), 6.0),
}  # fmt: skip
each_density = pytest.mark.parametrize("name", DENSITIES)


def nodes_of(name, n):
    log_density, scipy, integral = DENSITIES[name]
    return place(log_density, 0.0, n), scipy, integral


@each_density
def test_integral_and_moments(name):
    with jax.enable_x64(True):
        nodes, scipy, integral = nodes_of(name, 97)
        assert float(nodes.log_integral) == pytest.approx(np.log(integral), abs=1e-9)
        mean = nodes.share @ nodes.x
        assert float(mean) == pytest.approx(scipy.mean(), abs=1e-8 * scipy.std())
        assert float(nodes.share @ (nodes.x - mean) ** 2) == pytest.approx(scipy.var(), rel=1e-7)


@each_density
def test_error_falls_exponentially(name):
    with jax.enable_x64(True):
        integral = nodes_of(name, 5)[2]
        errors = [abs(nodes_of(name, n)[0].log_integral - np.log(integral)) for n in (13, 25, 49)]
        # twice the nodes, at least the 1.6th power of the error
        assert errors[1] < errors[0] ** 1.6 + 1e-12
        assert errors[2] < errors[1] ** 1.6 + 1e-12


@each_density
def test_cdf_and_quantile(name):
    with jax.enable_x64(True):
        nodes, scipy, _ = nodes_of(name, 97)
        below = cumulate(nodes.share)
        for p in (0.001, 0.1, 0.37, 0.5, 0.9, 0.999):
            assert float(cdf(nodes.x, nodes.share, below, scipy.ppf(p))) == pytest.approx(p, abs=2e-5)
            away = float(quantile(nodes.x, nodes.share, p)) - scipy.ppf(p)
            assert abs(away) < 1e-3 * scipy.std()
        assert float(cdf(nodes.x, nodes.share, below, nodes.x[0] - 1)) == 0
        assert float(cdf(nodes.x, nodes.share, below, nodes.x[-1] + 1)) == 1
