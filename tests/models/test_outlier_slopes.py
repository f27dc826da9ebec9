"""Chapter 11: what is simulated, and every model's fit against an answer known without sampling."""

import os

import arviz_stats
import numpy as np
import pytest
from pooling import outlier_slopes, sampling
from pooling.exact import known_se, normal_groups
from pooling.priors import Exponential, HalfNormal, Normal
from pooling.sampling import ConvergenceError, check, fit, standard_errors_apart
from scipy import integrate, stats

pytestmark = pytest.mark.slow

PRIOR = {"mu": Normal(0, 1), "tau": Exponential(13), "sigma": Exponential(10)}
DATA = outlier_slopes.simulate()
ODD = 7


def exact(data, **changes):
    return normal_groups(data.weight, data.slope, data.ss, count=data.n, **PRIOR | changes)


def brute_force(data):
    """Moments by a plain sum over log tau and log sigma: theta, and sigma, mean and sd."""
    x = np.linspace(-14, 3, 401)[:, None, None]
    s = np.linspace(-2, 3, 401)[None, :, None]
    tau2, noise = np.exp(2 * x), np.exp(2 * s) / data.weight
    spread = tau2 + noise
    # marginally the least-squares slopes are N(mu, spread); mu ~ N(0, 1) integrates out
    precision = 1 + (1 / spread).sum(-1)
    mu = (data.slope / spread).sum(-1) / precision
    log_p = -0.5 * (np.log(spread).sum(-1) + np.log(precision))
    log_p += -0.5 * ((data.slope**2 / spread).sum(-1) - mu**2 * precision)
    s, x = s[..., 0], x[..., 0]
    log_p += -(data.n.sum() - 8) * s - data.ss.sum() / (2 * np.exp(2 * s))
    log_p += x + s - 13 * np.exp(x) - 10 * np.exp(s)
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    w = (tau2 / spread)[..., ODD]
    mean = mu + w * (data.slope[ODD] - mu)
    variance = (tau2 * noise / spread)[..., ODD] + (1 - w) ** 2 / precision

    def moments(mean, variance=0):
        center = (p * mean).sum()
        return center, np.sqrt((p * (variance + (mean - center) ** 2)).sum())

    return moments(mean, variance), moments(np.exp(s) + 0 * x)


@pytest.fixture(scope="module", autouse=True)
def quiet():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, sampling.QUIET, "1")
        yield


def test_the_springs_are_as_stated():
    assert DATA.n.tolist() == [24, 20, 16, 12, 10, 8, 6, 4]
    assert np.array_equal(np.bincount(DATA.bench), DATA.n)
    assert set(DATA.x) <= {k / 10 for k in range(1, 11)}
    assert DATA.blunder.sum() == 2
    assert set(DATA.bench[DATA.blunder]) == {ODD}
    assert np.allclose(DATA.y, DATA.y.round(1), atol=0)
    assert np.abs(DATA.theta - 2).max() < 4 * 0.05


def test_the_sums_are_those_of_each_bench():
    for j in range(8):
        x, y = DATA.x[DATA.bench == j], DATA.y[DATA.bench == j]
        slope, left, *_ = np.linalg.lstsq(x[:, None], y)
        assert DATA.slope[j] == pytest.approx(slope[0])
        assert DATA.ss[j] == pytest.approx(left[0])
        assert DATA.weight[j] == pytest.approx((x**2).sum())


def test_same_seed_same_springs_whatever_the_blunders():
    careful = outlier_slopes.simulate(blunder=0)
    assert np.array_equal(careful.x, DATA.x)
    assert np.array_equal(careful.theta, DATA.theta)
    np.testing.assert_allclose(DATA.y - careful.y, 3 * DATA.blunder, atol=1e-9)
    assert not np.array_equal(outlier_slopes.simulate(seed=1).x, DATA.x)


def test_the_noise_is_half_a_centimetre():
    left = np.concatenate([
        data.y - data.theta[data.bench] * data.x
        for data in (outlier_slopes.simulate(seed, blunder=0) for seed in range(40))
    ])  # fmt: skip
    assert left.std() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2 * left.size))
    assert abs(left.mean()) < 4 * 0.5 / np.sqrt(left.size)


def test_other_readings_of_the_same_benches():
    assert all(map(np.array_equal, outlier_slopes.with_y(DATA, DATA.y), DATA))
    assert outlier_slopes.with_y(DATA, 2 * DATA.y).slope == pytest.approx(2 * DATA.slope)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_blunders": 5}, r"n_blunders must be an integer in \[0, 4\], got 5"),
        ({"n_blunders": 1.5}, r"n_blunders must be an integer in \[0, 4\], got 1.5"),
        ({"blunder": np.inf}, "blunder must be a finite number, got inf"),
    ],
)
def test_what_cannot_be_simulated_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        outlier_slopes.simulate(**arguments)
    with pytest.raises(ValueError, match=r"y must have shape \(100,\), got shape \(3,\)"):
        outlier_slopes.with_y(DATA, [1, 2, 3])
    with pytest.raises(ValueError, match="nu must be > 0"):
        outlier_slopes.student_t_model(DATA, nu=0)


def test_alone_the_odd_bench_is_plainly_wrong_and_in_company_it_is_not():
    alone = exact(DATA, mu=0.0, tau=20.0)
    off = alone.theta_mean - DATA.theta
    assert off[ODD] > 2.5  # cm per newton, more than the slope itself
    assert off[ODD] > 4 * alone.theta_sd[ODD]
    assert np.abs(off[:ODD] / alone.theta_sd[:ODD]).max() < 3
    together = exact(DATA)
    assert abs(together.theta_mean[ODD] - DATA.theta[ODD]) < 0.25


def test_the_noise_is_widened_for_all():
    careful, blundered = exact(outlier_slopes.simulate(blunder=0)), exact(DATA)
    assert blundered.sigma_mean > 1.3 * careful.sigma_mean
    assert (blundered.theta_sd > 1.3 * careful.theta_sd).all()


def test_it_is_the_prior_of_tau_that_pulls():
    moved = {
        name: abs(exact(DATA, **change).theta_mean[ODD] - exact(DATA).theta_mean[ODD])
        for name, change in {
            "mu": {"mu": Normal(0, 20)},
            "sigma": {"sigma": HalfNormal(1)},
            "tau": {"tau": HalfNormal(1)},
        }.items()
    }
    assert max(moved["mu"], moved["sigma"]) < 0.1
    assert moved["tau"] > 1


@pytest.mark.parametrize("blunder", [0, 3, 5, 8, 20])
def test_the_exact_answer_against_brute_force(blunder):
    """Between 3 and 10 cm two stories compete: the posterior of tau has two hills."""
    data = outlier_slopes.simulate(blunder=blunder)
    p = exact(data)
    (mean, sd), (sigma_mean, sigma_sd) = brute_force(data)
    assert p.theta_mean[ODD] == pytest.approx(mean, abs=1e-3 * sd)
    assert p.theta_sd[ODD] == pytest.approx(sd, rel=1e-3)
    assert p.sigma_mean == pytest.approx(sigma_mean, rel=1e-4)
    assert p.sigma_sd == pytest.approx(sigma_sd, rel=1e-3)


def test_a_blunder_far_enough_is_disregarded():
    slopes = [exact(outlier_slopes.simulate(blunder=b)).theta_mean[ODD] for b in (0, 3, 8, 20)]
    assert slopes[0] < slopes[1] < slopes[2] > slopes[3]


def test_unpooled_fit_against_quadrature():
    tree = fit(outlier_slopes.unpooled_model(DATA))

    def log_p(sigma):
        # N(0, 20) and the likelihood in theta: a normal with variance 20² + sigma²/weight at the slope
        marginal = stats.norm.logpdf(DATA.slope, 0, np.sqrt(400 + sigma**2 / DATA.weight)).sum()
        return (
            marginal - (DATA.n.sum() - 8) * np.log(sigma) - DATA.ss.sum() / (2 * sigma**2) - 10 * sigma
        )  # fmt: skip

    top = log_p(0.6)

    def average(of):
        return integrate.quad(lambda s: of(s) * np.exp(log_p(s) - top), 0.3, 1.2, epsabs=0)[0]

    total = average(lambda s: 1)
    noise = average(lambda s: s) / total
    alone = average(lambda s: 400 * DATA.weight[ODD] / (400 * DATA.weight[ODD] + s**2)) / total
    assert abs(standard_errors_apart(tree, "sigma", noise)) < 4
    assert abs(standard_errors_apart(tree, "theta", alone * DATA.slope)[ODD]) < 4
    known = exact(DATA, mu=0.0, tau=20.0)
    assert known.sigma_mean == pytest.approx(noise, rel=1e-6)
    assert np.abs(standard_errors_apart(tree, "theta", known.theta_mean)).max() < 4
    assert np.abs(standard_errors_apart(tree, "theta", known.theta_sd, of="sd")).max() < 4


def test_pooled_fit_against_one_exact_group():
    tree = fit(outlier_slopes.pooled_model(DATA))
    total = DATA.weight.sum()
    slope = (DATA.weight * DATA.slope).sum() / total
    ss = ((DATA.y - slope * DATA.x) ** 2).sum()
    known = normal_groups([total], [slope], [ss], count=[100], **PRIOR | {"mu": 0.0, "tau": 20.0})
    assert abs(standard_errors_apart(tree, "theta", known.theta_mean[0])) < 4
    assert abs(standard_errors_apart(tree, "theta", known.theta_sd[0], of="sd")) < 4
    assert abs(standard_errors_apart(tree, "sigma", known.sigma_mean)) < 4


def test_hierarchical_fit_against_the_exact_posterior():
    tree = fit(outlier_slopes.non_centred_model(DATA), target_accept=0.995, draws=2000)
    known = exact(DATA)
    for name in ("theta", "mu", "tau", "sigma"):
        for of in ("mean", "sd"):
            off = standard_errors_apart(tree, name, getattr(known, f"{name}_{of}"), of=of)
            assert np.abs(off).max() < 4, (name, of)


def test_centred_is_the_same_density():
    """In the coordinates (mu, log tau, theta, log sigma): the Jacobian of theta = mu + tau z is tau^8."""
    theta, mu, log_tau = np.linspace(1.5, 2.5, 8), 1.9, -2.0
    point = {"mu": mu, "tau_log__": log_tau, "sigma_log__": -0.7}
    centred = outlier_slopes.centred_model(DATA).compile_logp()(point | {"theta": theta})
    z = (theta - mu) / np.exp(log_tau)
    other = outlier_slopes.non_centred_model(DATA).compile_logp()(point | {"z": z})
    assert centred == pytest.approx(other - 8 * log_tau)


def worst(numbers, of):
    return of(float(of(values.values.min(), values.values.max())) for values in numbers.data_vars.values())


def test_centred_fits_are_refused_and_say_why():
    """At 0.995 as at 0.8; of each run everything is named that is wrong with it, and nothing else."""
    lost = {}
    for accept in (0.8, 0.995):
        runs = [
            fit(outlier_slopes.centred_model(DATA), seed=seed, target_accept=accept, checked=False)
            for seed in (42, 1, 2)
        ]
        lost[accept] = sum(int(run.sample_stats.diverging.sum()) for run in runs)
        for run in runs:
            wrong = {
                "divergences": bool(run.sample_stats.diverging.any()),
                "R-hat": worst(arviz_stats.rhat(run), max) >= 1.01,
                "bulk ESS": worst(arviz_stats.ess(run, method="bulk"), min) <= 400,
                "tail ESS": worst(arviz_stats.ess(run, method="tail"), min) <= 400,
            }
            with pytest.raises(ConvergenceError) as refused:
                check(run)
            assert {word: word in str(refused.value) for word in wrong} == wrong
    assert lost[0.8] > lost[0.995]


def test_student_t_recovers_what_the_good_ruler_says():
    tree = fit(outlier_slopes.student_t_model(DATA), target_accept=0.995, draws=2000)
    theta = tree.posterior.theta
    mean, sd = (of(("chain", "draw")).values for of in (theta.mean, theta.std))
    careful, blundered = exact(outlier_slopes.simulate(blunder=0)), exact(DATA)
    assert np.abs(mean - careful.theta_mean).max() < careful.theta_sd.min()
    assert abs(mean[ODD] - careful.theta_mean[ODD]) < 0.3 * abs(blundered.theta_mean - mean)[ODD]
    assert (sd < 0.9 * blundered.theta_sd).all()
    assert float(tree.posterior.sigma.mean()) < careful.sigma_mean


def test_student_t_with_many_degrees_of_freedom_is_normal():
    point = {"mu": 1.9, "tau_log__": -2.0, "sigma_log__": -0.7, "z": np.linspace(-1, 1, 8)}
    normal = outlier_slopes.non_centred_model(DATA).compile_logp()(point)
    light, heavy = (outlier_slopes.student_t_model(DATA, nu=nu).compile_logp()(point) for nu in (1e7, 4))
    assert light == pytest.approx(normal, abs=1e-3)
    assert heavy > normal + 10


def test_a_soft_spring_is_pulled_away_from_the_truth():
    """The honest limit: what protects against blunders hides a spring that really is soft."""
    careful = outlier_slopes.simulate(blunder=0)
    y = careful.y + np.where(careful.bench == ODD, 2.7 * careful.x, 0)
    soft = outlier_slopes.with_y(careful, y.round(1))
    truth = careful.theta[ODD] + 2.7
    assert abs(soft.slope[ODD] - truth) < 0.3
    assert exact(soft).theta_mean[ODD] < truth - 1
    tree = fit(outlier_slopes.student_t_model(soft), target_accept=0.995, draws=2000)
    assert float(tree.posterior.theta[..., ODD].quantile(0.99)) < truth - 1


# --- a population with heavy tails --------------------------------------------------------------------


def reports():
    rng = np.random.default_rng(42)
    truth = np.append(rng.normal(2, 0.2, 39), 4.0)
    return rng.normal(truth, 0.4), np.full(40, 0.4)


def heavy_population(y, se, nu):
    """E[theta_j | y] by plain sums over mu, tau and z = (theta_j - mu)/tau, with z = sinh u."""
    mu = np.linspace(1.6, 2.5, 37)
    tau = (np.arange(60) + 0.5) / 60 * 0.9
    u = np.linspace(-6, 6, 361)
    z, share = np.sinh(u), stats.t.pdf(np.sinh(u), nu) * np.cosh(u)
    log_p, mean = np.empty((60, 37)), np.empty((60, 37, y.size))
    for i, t in enumerate(tau):
        for k, m in enumerate(mu):
            theta = m + t * z
            weight = share * np.exp(-0.5 * ((y[:, None] - theta) / se[:, None]) ** 2)
            total = weight.sum(axis=1)
            mean[i, k] = weight @ theta / total
            log_p[i, k] = np.log(total).sum() + stats.norm.logpdf(m, 2, 1) + stats.norm.logpdf(t)
    p = np.exp(log_p - log_p.max())
    return np.tensordot(p / p.sum(), mean, 2)


def test_a_normal_population_is_the_exact_engine_s():
    y, se = reports()
    known = known_se(y, se, mu=Normal(2, 1), tau=HalfNormal(1))
    tree = fit(outlier_slopes.population_model(y, se), target_accept=0.95)
    assert np.abs(standard_errors_apart(tree, "theta", known.theta_mean)).max() < 4


def test_a_student_t_population_against_quadrature():
    nu = 4
    y, se = reports()
    tree = fit(outlier_slopes.population_model(y, se, nu=nu), target_accept=0.95)
    mean = heavy_population(y, se, nu)
    assert np.abs(standard_errors_apart(tree, "theta", mean)).max() < 4
    normal = known_se(y, se, mu=Normal(2, 1), tau=HalfNormal(1)).theta_mean
    assert normal[39] + 0.4 < mean[39] < y[39]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([2.0, 2.1], [0.4, 0.0]), r"se must be > 0, got .*0\.0"),
        (([2.0, 2.1], [0.4]), "se must"),
    ],
)
def test_reports_that_are_none_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        outlier_slopes.population_model(*arguments)
    with pytest.raises(ValueError, match="nu must be"):
        outlier_slopes.population_model([2.0], [0.4], nu=0)
