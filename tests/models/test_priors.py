"""Prior densities against SciPy, and their arguments."""

import numpy as np
import pytest
from pooling.priors import Beta, Exponential, HalfCauchy, HalfNormal, Normal, Pareto, halfcauchypdf
from scipy import stats


@pytest.mark.parametrize(
    ("prior", "reference"),
    [
        (Normal(2, 3), stats.norm(2, 3)),
        (HalfNormal(3), stats.halfnorm(0, 3)),
        (HalfCauchy(3), stats.halfcauchy(0, 3)),
        (Exponential(3), stats.expon(0, 1 / 3)),
        (Pareto(2, 1.5), stats.pareto(1.5, scale=2)),
        (Beta(2, 3), stats.beta(2, 3)),
    ],
    ids=lambda x: type(x).__name__,
)
def test_log_density(prior, reference):
    x = np.linspace(0, 10, 21) if reference.support()[1] > 1 else np.linspace(0.02, 0.98, 25)
    np.testing.assert_allclose(prior.logpdf(x), reference.logpdf(x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("prior", [HalfNormal(3), HalfCauchy(0.2), Exponential(3)], ids=repr)
def test_a_scale_along_its_logarithm(prior):
    """The log density again, its derivatives against differences of it, and both in another unit."""
    t, h = np.linspace(-3, 3, 25), 1e-4
    np.testing.assert_allclose(prior.along_log(t), prior.logpdf(np.exp(t)), rtol=1e-5, atol=1e-5)
    low, here, high = (prior.along_log(t + k * h) for k in (-1, 0, 1))
    first, second = prior.slopes(t)
    np.testing.assert_allclose(first, (high - low) / (2 * h), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(second, (high - 2 * here + low) / h**2, rtol=1e-5, atol=1e-6)
    unit = 7.0
    np.testing.assert_allclose(
        prior.scaled(unit).along_log(t), prior.along_log(t + np.log(unit)) + np.log(unit), rtol=1e-12
    )
    assert prior.scaled(unit).size == pytest.approx(prior.size / unit)


def test_half_cauchy_for_memo():
    assert halfcauchypdf(2.0, 5.0) == pytest.approx(stats.halfcauchy.pdf(2, 0, 5), rel=1e-6)


@pytest.mark.parametrize("bad", [0, -1.0, np.nan, np.inf, "3", None, [1, 2]])
@pytest.mark.parametrize("family", [HalfNormal, HalfCauchy, Exponential])
def test_scales_must_be_positive(family, bad):
    with pytest.raises(ValueError, match=rf"{family.__name__}\.\w+ must be "):
        family(bad)


def test_location_must_be_finite():
    with pytest.raises(ValueError, match=r"Normal\.loc must be a finite number, got nan"):
        Normal(np.nan, 1)
