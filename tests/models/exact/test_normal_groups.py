"""Exact posterior with one unknown sigma: a brute-force quadrature, extreme cases, draws, size."""

import subprocess
import sys

import jax
import numpy as np
import pytest
from pooling.exact import QuadratureWarning, known_se, normal_groups
from pooling.priors import Exponential, HalfCauchy, HalfNormal, Normal
from reference import brute_force
from scipy import stats

J = 4
PRIORS = {  # by name, given a scale: ours, and SciPy's density
    "HC": lambda scale: (HalfCauchy(scale), stats.halfcauchy(0, scale).pdf),
    "HN": lambda scale: (HalfNormal(scale), stats.halfnorm(0, scale).pdf),
    "Exp": lambda scale: (Exponential(1 / scale), stats.expon(0, scale).pdf),
    "known": lambda scale: (scale, scale),
    "zero": lambda _: (0.0, 0.0),
}


def statistics(x, group, y, n_groups):
    """Return n (or Σx²), mean (or slope), ss and rows of each group, as a reader would."""
    n, mean, ss, count = np.zeros(n_groups), np.full(n_groups, np.nan), np.zeros(n_groups), np.zeros(n_groups)
    for j in range(n_groups):
        own, at = y[group == j], x[group == j]
        n[j], count[j] = at @ at, own.size
        mean[j] = at @ own / n[j] if n[j] else np.nan
        ss[j] = np.sum((own - np.nan_to_num(mean[j]) * at) ** 2)
    return n, mean, ss, count


def moments(p):
    """Return (mu, theta, tau, sigma): means and sds, in the order of the reference."""
    center = np.r_[p.mu_mean, p.theta_mean, p.tau_mean, p.sigma_mean]
    return center, np.r_[p.mu_sd, p.theta_sd, p.tau_sd, p.sigma_sd]


def assert_same(p, center, sd, tolerance=1e-3):
    """Compare means and sds in posterior sds, save where brute force itself is cut off."""
    mine, mine_sd = moments(p)
    unit = np.where(sd > 1e-9, sd, 1)
    np.testing.assert_allclose(mine / unit, center / unit, atol=tolerance)
    np.testing.assert_allclose(mine_sd / unit, sd / unit, atol=tolerance)


def problem(seed, *, slopes=False):
    """Rows of four groups in any order: one of 0 to 2 rows, the others of 3 to 5; and mu's prior."""
    rng = np.random.default_rng(seed)
    group = np.repeat(rng.permutation(J), [rng.integers(0, 3), *rng.integers(3, 6, 3)])
    tau, sigma = rng.choice([0.0, 0.3, 2.0, 8.0]), rng.choice([0.5, 1.5, 4.0])
    x = rng.normal(0, 1, group.size) if slopes else np.ones(group.size)
    y = rng.normal(x * rng.normal(1, tau, J)[group], sigma)
    return x, group, y, [(0.0, 2.0), (1.0, 20.0), (1.5, 0.0)][seed % 3]


def compare(x, group, y, mu, tau, sigma, seed):
    n, mean, ss, count = statistics(x, group, y, J)
    options = {} if np.all(x == 1) else {"count": count}
    prior = Normal(*mu) if mu[1] else mu[0]
    scales = np.random.default_rng([seed, 1]).uniform(0.5, 4, 2)
    (tau, tau_density), (sigma, sigma_density) = PRIORS[tau](scales[0]), PRIORS[sigma](scales[1])
    p = normal_groups(n, mean, ss, mu=prior, tau=tau, sigma=sigma, **options)
    reference = brute_force(x, group, y, J, mu=mu, tau_density=tau_density, sigma_density=sigma_density)
    assert_same(p, *reference)
    assert p.error < 1e-4


# -- against the brute force -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("tau", "sigma"),
    [
        ("HC", "HC"), ("HN", "Exp"), ("Exp", "HN"), ("Exp", "Exp"), ("HC", "known"),
        ("known", "HC"), ("zero", "Exp"), ("known", "known"), ("zero", "known"),
    ],
)  # fmt: skip
def test_agrees_with_brute_force(tau, sigma, seed):
    compare(*problem(seed), tau, sigma, seed)


@pytest.mark.parametrize("seed", range(10, 16))
def test_slopes_agree_with_brute_force(seed):
    compare(*problem(seed, slopes=True), "HC", "HC", seed)


# -- extreme cases -----------------------------------------------------------------------------------------

N = np.array([7.0, 3, 12, 5])
MEAN = np.array([61.0, 66, 63, 58])
SS = np.array([600.0, 150, 1300, 420])
LEARNED = {"mu": Normal(50, 10), "tau": HalfCauchy(2.0), "sigma": HalfCauchy(2.0)}


def known_sigma(n, mean, sigma, **priors):
    """Return the answer of the engine with standard errors."""
    return known_se(np.where(n > 0, mean, np.nan), sigma / np.sqrt(np.maximum(n, 1)), **priors)


def test_groups_of_one():
    x, group, y = np.ones(J), np.arange(J), np.array([0.3, 4.0, -2.0, 1.0])
    p = normal_groups(x, y, 0 * y, mu=Normal(0, 2), tau=HalfCauchy(2), sigma=HalfCauchy(2))
    density = PRIORS["HC"](2)[1]
    assert_same(
        p,
        *brute_force(
            x, group, y, J, mu=(0, 2), tau_density=density, sigma_density=density, sigma_reach=(-10, 9)
        ),
    )


def test_a_group_without_data_changes_nothing_and_follows_the_population():
    p = normal_groups(N, MEAN, SS, **LEARNED)
    q = normal_groups([*N, 0], [*MEAN, np.nan], [*SS, 0], **LEARNED)
    np.testing.assert_allclose(q.theta_mean[:J], p.theta_mean, rtol=1e-9)
    np.testing.assert_allclose(q.theta_sd[:J], p.theta_sd, rtol=1e-8)
    assert q.theta_mean[J] == pytest.approx(q.mu_mean, rel=1e-9)
    assert q.theta_sd[J] > q.mu_sd


def test_identical_means_leave_tau_small():
    x, group = np.ones(12), np.repeat(np.arange(J), 3)
    y = np.tile([-1.0, 0, 1], J) + 5
    p = normal_groups([3] * J, [5] * J, [2] * J, mu=Normal(0, 2), tau=HalfCauchy(2), sigma=HalfCauchy(2))
    density = PRIORS["HC"](2)[1]
    assert_same(p, *brute_force(x, group, y, J, mu=(0, 2), tau_density=density, sigma_density=density))
    assert np.ptp(p.theta_mean) < 1e-12
    assert p.tau_median < normal_groups([3] * J, [4, 5, 6, 5], [2] * J, **LEARNED).tau_median


def test_huge_tau_does_not_pool():
    mean = np.array([-3e6, 1e6, 2e6, -1e6])
    p = normal_groups(N, mean, SS, mu=Normal(0, 1e7), tau=HalfCauchy(1e6), sigma=HalfCauchy(10))
    np.testing.assert_allclose(p.theta_mean, mean, atol=1e-3)
    np.testing.assert_allclose(p.theta_sd, p.theta_sd[0] * np.sqrt(N[0] / N), rtol=1e-9)
    assert p.sigma_mean == pytest.approx(np.sqrt(SS.sum() / (N.sum() - J)), rel=0.05)
    fixed = normal_groups(N, mean, SS, mu=0.0, tau=1e12, sigma=10.0)
    np.testing.assert_allclose(fixed.theta_mean, mean, rtol=1e-9)
    np.testing.assert_allclose(fixed.theta_sd, 10 / np.sqrt(N), rtol=1e-9)


@pytest.mark.parametrize("sigma", [9.0, Exponential(0.1)], ids=["known", "learned"])
def test_tau_at_zero_pools_completely(sigma):
    p = normal_groups(N, MEAN, SS, mu=Normal(50, 10), tau=0, sigma=sigma)
    assert (p.tau_mean, p.tau_median, p.tau_sd) == (0, 0, 0)
    np.testing.assert_allclose(p.theta_mean, p.mu_mean, rtol=1e-12)
    np.testing.assert_allclose(p.theta_sd, p.mu_sd, rtol=1e-12)
    tiny = normal_groups(N, MEAN, SS, mu=Normal(50, 10), tau=1e-9, sigma=sigma)
    np.testing.assert_allclose(tiny.theta_mean, p.theta_mean, rtol=1e-9)
    np.testing.assert_allclose(tiny.theta_sd, p.theta_sd, rtol=1e-8)


def test_everything_known_is_the_shrinkage_formula():
    p = normal_groups(N, MEAN, SS, mu=62.0, tau=2.0, sigma=9.0)
    weight = (N / 81) / (N / 81 + 1 / 4)
    np.testing.assert_allclose(p.theta_mean, weight * MEAN + (1 - weight) * 62, rtol=1e-12)
    np.testing.assert_allclose(p.theta_sd, (N / 81 + 1 / 4) ** -0.5, rtol=1e-12)
    assert (p.mu_mean, p.mu_sd, p.tau_mean, p.tau_median) == pytest.approx((62, 0, 2, 2), abs=1e-12)
    assert p.error < 1e-9


@pytest.mark.parametrize("tau", [HalfCauchy(2.0), Exponential(1.0), 1.5], ids=["HC", "Exp", "known"])
def test_a_known_sigma_is_known_standard_errors(tau):
    n = np.array([7.0, 0, 12, 5])
    p = normal_groups(n, MEAN, SS, mu=Normal(50, 10), tau=tau, sigma=9.0)
    q = known_sigma(n, MEAN, 9.0, mu=Normal(50, 10), tau=tau)
    np.testing.assert_allclose(p.theta_mean, q.theta_mean, rtol=1e-9)
    np.testing.assert_allclose(p.theta_sd, q.theta_sd, rtol=1e-8)
    assert p.tau_mean == pytest.approx(q.tau_mean, rel=1e-7)
    assert (p.sigma_mean, p.sigma_sd) == pytest.approx((9, 0), abs=1e-12)
    assert q.sigma_mean is None


@pytest.mark.parametrize("unit", [1e-3, 1e3])
def test_change_of_unit(unit):
    p = normal_groups(N, MEAN, SS, **LEARNED)
    q = normal_groups(
        N, MEAN * unit, SS * unit**2,
        mu=Normal(50 * unit, 10 * unit), tau=HalfCauchy(2 * unit), sigma=HalfCauchy(2 * unit),
    )  # fmt: skip
    for mine, other in zip(moments(p), moments(q), strict=True):
        np.testing.assert_allclose(other / unit, mine, rtol=1e-7)


def test_change_of_the_slopes_unit():
    slopes = {"count": [4, 5, 6, 7], "mu": Normal(0, 10), "tau": HalfCauchy(2), "sigma": HalfCauchy(2)}
    p = normal_groups(N, MEAN, SS, **slopes)
    q = normal_groups(
        N * 1e6, MEAN / 1e3, SS, **slopes | {"mu": Normal(0, 10 / 1e3), "tau": HalfCauchy(2 / 1e3)}
    )
    np.testing.assert_allclose(q.theta_mean * 1e3, p.theta_mean, rtol=1e-7)
    assert q.sigma_mean == pytest.approx(p.sigma_mean, rel=1e-7)


def test_the_order_of_the_groups_does_not_matter():
    p, order = normal_groups(N, MEAN, SS, **LEARNED), [2, 0, 3, 1]
    q = normal_groups(N[order], MEAN[order], SS[order], **LEARNED)
    np.testing.assert_allclose(q.theta_mean, p.theta_mean[order], rtol=1e-9)


# -- whether the posterior exists ---------------------------------------------------------------------------

SCALES = {"mu": Normal(0, 5), "tau": HalfCauchy(5.0), "sigma": HalfCauchy(5.0)}


@pytest.mark.parametrize(
    ("n", "mean", "changed"),
    [
        ([2, 2, 1, 1], [1, 2, 3, 4], {}),  # within a group no spread: sigma goes to 0 whatever tau is
        ([2, 2, 1, 1], [1, 2, 3, 4], {"tau": 2.0}),
        ([1, 1, 1, 0], [3, 3, 3, 0], {}),  # one row each, and all alike: both scales go to 0
        ([1, 1, 0, 0], [3, 3, 0, 0], {"tau": 0}),
        ([1, 1, 0, 0], [3, 3, 0, 0], {"mu": 3.0}),
        ([1, 0, 0, 0], [3, 0, 0, 0], {"mu": 3.0, "tau": 0}),
    ],
)
def test_an_improper_posterior_is_an_error(n, mean, changed):
    with pytest.raises(ValueError, match="the posterior is improper"):
        normal_groups(n, mean, [0] * J, **SCALES | changed)


@pytest.mark.parametrize(
    ("n", "mean", "changed"),
    [
        ([1, 1, 1, 1], [1, 2, 3, 4], {}),
        ([1, 1, 0, 0], [3, 3, 0, 0], {}),
        ([1, 1, 1, 0], [3, 3, 3, 0], {"tau": 2.0}),
        ([2, 2, 1, 1], [1, 2, 3, 4], {"tau": 0}),
        ([1, 0, 0, 0], [3, 0, 0, 0], {"tau": 0}),
        ([1, 1, 0, 0], [3, 3, 0, 0], {"mu": 2.0}),
        ([2, 2, 2, 2], [3, 3, 3, 3], {"sigma": 2.0}),
    ],
)
def test_a_proper_posterior_without_spread_within_groups_is_found(n, mean, changed):
    p = normal_groups(n, mean, [0] * J, **SCALES | changed)
    assert p.error < 1e-4
    there = np.array(n) > 0
    assert np.isfinite(p.theta_mean[there]).all()
    assert np.all(p.theta_sd[there] > 0)


def test_moments_that_do_not_exist_are_infinite():
    nobody = normal_groups([0] * J, [np.nan] * J, [0] * J, **SCALES)
    assert nobody.tau_mean == nobody.sigma_mean == np.inf
    assert nobody.tau_median == pytest.approx(5, rel=1e-4)  # the prior's
    assert (nobody.mu_mean, nobody.mu_sd) == pytest.approx((0, 5))
    one = normal_groups([1, 0, 0, 0], [3, 0, 0, 0], [0] * J, **SCALES)
    assert np.isfinite([one.tau_mean, one.sigma_mean, one.theta_sd[0]]).all()
    assert one.tau_sd == one.sigma_sd == one.theta_sd[1] == np.inf


# -- the error estimate -------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", [HalfCauchy, lambda scale: Exponential(1 / scale)], ids=["HC", "Exp"])
def test_ordinary_problems_never_warn(family):
    """Warnings are errors here; a scale's prior within a factor of ten of what made the data."""
    rng = np.random.default_rng(9)
    for _ in range(60):
        tau, sigma, size = 10 ** rng.uniform(-1, 1, 2), 10 ** rng.uniform(-1, 1), rng.choice([4, 20, 200])
        n = rng.integers(2, size, J)
        mean = rng.normal(rng.normal(0, tau[0], J), sigma / np.sqrt(n))
        ss = sigma**2 * rng.chisquare(n - 1)
        p = normal_groups(n, mean, ss, mu=Normal(0, 10), tau=family(tau[1]), sigma=family(sigma))
        assert p.error < 1e-4


def test_what_rounding_hides_makes_a_warning():
    """An estimate 1e13 of its errors from where the priors allow it: the log density has no digits left."""
    with pytest.warns(QuadratureWarning, match="posterior sds, more than 0.0001"):
        known_se([1e13], [1], mu=0.0, tau=HalfNormal(1))
    assert known_se([1e10], [1], mu=0.0, tau=HalfNormal(1)).error < 1e-4


# -- draws --------------------------------------------------------------------------------------------------


def test_draws_have_the_moments_and_repeat():
    p, n = normal_groups(N, MEAN, SS, **LEARNED | {"tau": Exponential(0.5)}), 40_000
    draws = p.draw(jax.random.key(2), n)
    error = 4 / np.sqrt(n)  # of independent draws, in posterior sds
    assert np.all(np.abs(draws.theta.mean(axis=0) - p.theta_mean) < error * p.theta_sd)
    for name in ("mu", "tau", "sigma"):
        mean, sd = getattr(p, f"{name}_mean"), getattr(p, f"{name}_sd")
        x = getattr(draws, name)
        assert abs(x.mean() - mean) < error * sd, name
        kurtosis = np.mean(((x - mean) / sd) ** 4)
        assert abs(x.var() / sd**2 - 1) < error * np.sqrt(kurtosis - 1), name
    assert abs(np.mean(draws.tau < p.tau_median) - 0.5) < error * 0.5
    assert np.corrcoef(draws.theta[1:, 0], draws.theta[:-1, 0])[0, 1] == pytest.approx(0, abs=error)
    again = p.draw(jax.random.key(2), n)
    for mine, other in zip(draws, again, strict=True):
        np.testing.assert_array_equal(mine, other)
    assert not np.array_equal(draws.mu, p.draw(jax.random.key(3), n).mu)


def test_draws_of_known_scales():
    p = normal_groups(N, MEAN, SS, mu=62.0, tau=2.0, sigma=9.0)
    draws = p.draw(jax.random.key(0), 1000)
    assert np.all(draws.mu == 62)
    np.testing.assert_allclose(draws.tau, 2, rtol=1e-12)
    np.testing.assert_allclose(draws.sigma, 9, rtol=1e-12)
    assert np.all(np.abs(draws.theta.mean(axis=0) - p.theta_mean) < 4 * p.theta_sd / np.sqrt(1000))
    pooled = normal_groups(N, MEAN, SS, mu=Normal(50, 10), tau=0, sigma=9.0).draw(jax.random.key(0), 10)
    np.testing.assert_allclose(pooled.theta, np.tile(pooled.mu[:, None], J), rtol=1e-14)


def test_many_draws_of_many_groups_come_in_portions():
    """600 draws of 2,000 groups are more numbers than are handled at once."""
    rng = np.random.default_rng(0)
    n = np.full(2000, 5.0)
    p = normal_groups(n, rng.normal(0, 1, 2000), rng.chisquare(4, 2000), mu=0.0, tau=1.0, sigma=1.0)
    draws = p.draw(jax.random.key(0), 600)
    assert draws.theta.shape == (600, 2000)
    z = (draws.theta.mean(axis=0) - p.theta_mean) / (p.theta_sd / np.sqrt(600))
    assert abs(z.std() - 1) < 4 / np.sqrt(2 * 2000)


def test_readers_session_stays_in_single_precision():
    p = normal_groups(N, MEAN, SS, **LEARNED)
    draws = p.draw(jax.random.key(0), 2)
    assert p.theta_mean.dtype == draws.theta.dtype == "float64"
    assert jax.numpy.asarray(1.0).dtype == "float32"
    assert not jax.config.jax_enable_x64


# -- size ---------------------------------------------------------------------------------------------------

GROWTH = """
import resource, sys, numpy as np
from pooling.exact import normal_groups
from pooling.priors import Exponential, Normal
for size in (10_000, 100_000):
    rng = np.random.default_rng(0)
    n = rng.integers(2, 100, size)
    mean, ss = rng.normal(63, np.sqrt(4 + 100 / n)), 100 * rng.chisquare(n - 1)
    p = normal_groups(n, mean, ss, mu=Normal(50, 10), tau=Exponential(1), sigma=Exponential(1))
    assert abs(p.tau_mean - 2) < 4 * p.tau_sd + 0.05, p.tau_mean
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no module resource")
def test_memory_is_linear_in_the_number_of_groups():
    """A number a node and group would be 1,544 bytes a group more."""
    told = subprocess.run([sys.executable, "-c", GROWTH], capture_output=True, text=True, check=True).stdout
    small, large = (int(line) * (1 if sys.platform == "darwin" else 1024) for line in told.split())
    assert (large - small) / 90_000 < 800


# -- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n": [1, -1]}, "n must be >= 0, got -1"),
        ({"ss": [0, -2]}, "ss must be >= 0, got -2"),
        ({"count": [3, -3]}, "count must be >= 0, got -3"),
        ({"mean": [1, np.nan]}, "mean must be finite where n > 0, got nan"),
        ({"mean": [1, np.inf]}, "mean must be finite.*got inf"),
        ({"mean": [1, 2, 3]}, r"mean must have shape \(2,\), got shape \(3,\)"),
        ({"ss": [1]}, r"ss must have shape \(2,\), got shape \(1,\)"),
        ({"n": [[1, 2]]}, r"n must have shape \(J,\) with J >= 1, got shape \(1, 2\)"),
        ({"n": [1, np.nan]}, "n must be finite, got nan"),
        ({"tau": -1}, "tau must be >= 0 and finite, got -1"),
        ({"tau": np.inf}, "tau must be >= 0 and finite, got inf"),
        ({"sigma": 0}, "sigma must be > 0 and finite, got 0"),
        ({"sigma": Normal(0, 1)}, "sigma must be HalfCauchy, HalfNormal, Exponential or a number"),
        ({"mu": HalfCauchy(1)}, "mu must be a Normal prior or a number"),
        ({"mu": True}, "mu must be a Normal prior or a number, got True"),
        ({"mu": np.nan}, "mu must be a finite number, got nan"),
    ],
)
def test_bad_input_is_named(changed, message):
    data = {"n": [4, 4], "mean": [1, 2], "ss": [1, 1]} | SCALES | changed
    with pytest.raises(ValueError, match=message):
        normal_groups(data.pop("n"), data.pop("mean"), data.pop("ss"), **data)
