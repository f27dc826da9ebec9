"""Eight schools and fifty in two coordinates: one posterior, one sampler that is content, one that is not."""

import numpy as np
import pytest
from pooling import exact, fifty_schools, funnel
from pooling.priors import HalfCauchy, Normal
from pooling.sampling import ConvergenceError, standard_errors_apart

pytestmark = pytest.mark.slow

SCHOOLS = funnel.EIGHT_SCHOOLS
FEW = fifty_schools.simulate(n_groups=4)


@pytest.fixture(autouse=True, scope="module")
def folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POOLING_FITS", str(tmp_path_factory.mktemp("fits")))
        patch.setenv("POOLING_QUIET", "1")
        yield


@pytest.fixture(scope="module")
def answer():
    return exact.known_se(*SCHOOLS, mu=Normal(0, 5), tau=HalfCauchy(5))


@pytest.mark.parametrize(
    ("centred", "non_centred", "sigma"),
    [
        (funnel.centred_model(SCHOOLS), funnel.non_centred_model(SCHOOLS), {}),
        (
            fifty_schools.partial_pooling_model(FEW),
            funnel.fifty_non_centred_model(FEW),
            {"sigma_log__": np.log(11.0)},
        ),
    ],
)
def test_one_density_up_to_the_jacobian(centred, non_centred, sigma):
    """P(theta) dtheta = p(z) deta: the densities differ by the factor tau^J, everywhere."""
    of = centred.compile_logp(), non_centred.compile_logp()
    n_groups = len(centred.coords["school"])
    rng = np.random.default_rng(3)
    for _ in range(9):
        mu, log_tau = rng.normal(3, 5), rng.normal(0, 2)
        z = rng.normal(size=n_groups)
        shared = {"mu": mu, "tau_log__": log_tau, **sigma}
        theta = mu + np.exp(log_tau) * z
        difference = of[1]({**shared, "z": z}) - of[0]({**shared, "theta": theta})
        assert difference == pytest.approx(n_groups * log_tau, rel=1e-10, abs=1e-8)


def test_partly_centred_is_the_same_model_too():
    w = np.array([0.0, 0.3, 0.8, 1.0])
    partly, centred = funnel.fifty_partly_centred_model(FEW, w), fifty_schools.partial_pooling_model(FEW)
    of = partly.compile_logp(), centred.compile_logp()
    rng = np.random.default_rng(5)
    for _ in range(5):
        mu, log_tau, u = rng.normal(60, 5), rng.normal(0, 1), rng.normal(size=4)
        shared = {"mu": mu, "tau_log__": log_tau, "sigma_log__": 2.0}
        theta = mu + np.exp((1 - w) * log_tau) * (u - w * mu)
        difference = of[0]({**shared, "u": u}) - of[1]({**shared, "theta": theta})
        assert difference == pytest.approx((1 - w).sum() * log_tau, rel=1e-9, abs=1e-8)


def test_share_of_centring_is_a_share():
    with pytest.raises(ValueError, match=r"w must be in \[0, 1\], got 1.5"):
        funnel.fifty_partly_centred_model(FEW, [0, 0, 1.5, 0])
    with pytest.raises(ValueError, match=r"w must have shape \(4,\)"):
        funnel.fifty_partly_centred_model(FEW, [0, 0])


@pytest.mark.parametrize("build", [funnel.centred_model, funnel.non_centred_model])
def test_models_show_the_data_and_nothing_else(build):
    built = build(SCHOOLS)
    (observed,) = built.observed_RVs
    assert np.array_equal(built.rvs_to_values[observed].data, SCHOOLS.estimate)
    assert [len(values) for values in built.coords.values()] == [8]


def test_non_centred_agrees_with_the_exact_posterior(answer):
    tree = funnel.fit(funnel.non_centred_model(SCHOOLS), seed=42)  # checked: no divergence, R-hat, ESS
    for name, mean, sd in (
        ("mu", answer.mu_mean, answer.mu_sd),
        ("tau", answer.tau_mean, None),
        ("theta", answer.theta_mean, answer.theta_sd),
    ):
        assert np.all(np.abs(standard_errors_apart(tree, name, mean)) < 4)
        if sd is not None:
            assert np.all(np.abs(standard_errors_apart(tree, name, sd, of="sd")) < 4)


def test_centred_diverges_and_is_refused():
    model = funnel.centred_model(SCHOOLS)
    tree = funnel.fit(model, seed=42, checked=False)
    assert int(tree.sample_stats.diverging.sum()) > 0
    other = funnel.fit(funnel.non_centred_model(SCHOOLS), seed=42)
    assert int(other.sample_stats.diverging.sum()) == 0
    found, better = funnel.diagnose(tree), funnel.diagnose(other)
    assert found.divergences == int(tree.sample_stats.diverging.sum())
    assert found.r_hat > 1.01 > better.r_hat
    assert better.per_step > 10 * found.per_step
    assert found.per_step == pytest.approx(1000 * found.ess / (4000 * found.steps))
    assert found.per_second == pytest.approx(found.ess / tree.posterior.attrs["sampling_time"])
    with pytest.raises(ConvergenceError, match="divergences"):
        funnel.fit(model, seed=42)


def test_more_data_a_group_changes_the_errors_and_not_the_schools():
    few, many = funnel.simulate(4), funnel.simulate(400)
    theta = np.random.default_rng(13).normal(0, 5, 8)
    assert few.se == pytest.approx(np.full(8, 7.5))
    assert (few.estimate - theta) / few.se == pytest.approx((many.estimate - theta) / many.se)
    assert np.array_equal(funnel.simulate(4).estimate, few.estimate)
    assert not np.array_equal(funnel.simulate(4, seed=14).estimate, few.estimate)


def test_simulated_spread():
    groups = funnel.simulate(9, n_groups=100_000, mu=2.0, tau=3.0, sigma=12.0)
    assert groups.estimate.mean() == pytest.approx(2, abs=4 * 5 / 100_000**0.5)
    assert groups.estimate.var() == pytest.approx(3**2 + 4**2, rel=4 * (2 / 100_000) ** 0.5)
    assert np.ptp(funnel.simulate(1, tau=0.0, sigma=1e-9).estimate) < 1e-7


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 0}, "n must be an integer >= 1, got 0"),
        ({"n": 1.5}, "n must be an integer >= 1, got 1.5"),
        ({"n": 1, "n_groups": 0}, "n_groups must be an integer >= 1, got 0"),
        ({"n": 1, "tau": -1.0}, "tau must be >= 0, got -1.0"),
        ({"n": 1, "sigma": 0.0}, "sigma must be > 0 and finite, got 0.0"),
        ({"n": 1, "mu": np.inf}, "mu must be a finite number, got inf"),
    ],
)
def test_groups_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        funnel.simulate(**arguments)


@pytest.mark.parametrize("build", [funnel.centred_model, funnel.non_centred_model])
@pytest.mark.parametrize(
    ("estimate", "se", "message"),
    [
        ([1.0, 2.0], [1.0, 0.0], "se must be > 0, got 0.0"),
        ([1.0, 2.0], [1.0], r"se must have shape \(2,\), got shape \(1,\)"),
        ([1.0, np.nan], [1.0, 1.0], "estimate must be finite, got nan"),
        ([[1.0]], [[1.0]], r"estimate must have shape \(J,\) with J >= 1, got shape \(1, 1\)"),
        ([], [], r"estimate must have shape \(J,\) with J >= 1, got shape \(0,\)"),
    ],
)
def test_data_that_cannot_be(build, estimate, se, message):
    with pytest.raises(ValueError, match=message):
        build(funnel.Estimates(np.array(estimate), np.array(se)))
