"""The funnel in closed form, and paths over it, against integrals, derivatives and the exact posterior."""

import numpy as np
import pytest
from pooling import exact, funnel
from pooling.funnel.joint_density import joint_density
from pooling.funnel.leapfrog import leapfrog, log_density, one_school, paths
from pooling.priors import HalfCauchy, Normal
from scipy import integrate, stats

SCHOOLS = funnel.EIGHT_SCHOOLS
LOG_TAU = np.linspace(-12, 9, 2101)
SCHOOL = one_school(10, 15)


@pytest.mark.parametrize("school", range(8))
def test_it_has_the_moments_of_the_exact_posterior(school):
    answer = exact.known_se(*SCHOOLS, mu=Normal(0, 5), tau=HalfCauchy(5))
    theta = joint_density(SCHOOLS, LOG_TAU, school=school)
    assert theta.mean == pytest.approx(answer.theta_mean[school], abs=1e-3)
    assert theta.sd == pytest.approx(answer.theta_sd[school], abs=1e-3)
    delta = joint_density(SCHOOLS, LOG_TAU, school=school, coordinate="delta")
    assert delta.mean == pytest.approx(answer.theta_mean[school] - answer.mu_mean, abs=1e-3)
    assert theta.probability @ np.exp(LOG_TAU) == pytest.approx(answer.tau_mean, abs=1e-3)
    assert np.exp(theta.quantile(0.5)) == pytest.approx(answer.tau_median, rel=1e-3)


def test_the_data_are_the_published_ones():
    """Rubin (1981), as Gelman et al. (2014) print them, table 5.2."""
    np.testing.assert_array_equal(SCHOOLS.estimate, [28, 8, -3, 7, -1, 1, 18, 12])
    np.testing.assert_array_equal(SCHOOLS.se, [15, 10, 16, 11, 9, 11, 10, 18])


@pytest.mark.parametrize("log_tau", [-2.0, 0.5, 3.0])
def test_given_tau_all_is_normal(log_tau):
    """Means and covariances of mu and all theta, from the matrix of their precisions."""
    tau, school = np.exp(log_tau), 2
    precision = np.diag(np.r_[1 / 25 + 8 / tau**2, 1 / tau**2 + 1 / SCHOOLS.se**2])
    precision[0, 1:] = precision[1:, 0] = -1 / tau**2
    covariance = np.linalg.inv(precision)
    mean = covariance @ np.r_[0, SCHOOLS.estimate / SCHOOLS.se**2]
    one, away = np.zeros((2, 9))
    one[school + 1] = away[school + 1] = 1
    away[0] = -1
    for coordinate, x in {"theta": one, "delta": away, "z": away / tau}.items():
        found = joint_density(SCHOOLS, np.array([log_tau]), school=school, coordinate=coordinate)
        assert found.center[0] == pytest.approx(x @ mean, rel=1e-9)
        assert found.spread[0] == pytest.approx((x @ covariance @ x) ** 0.5, rel=1e-9)


@pytest.mark.parametrize("coordinate", ["theta", "delta", "z"])
def test_it_has_the_moments_of_exact_draws(coordinate):
    import jax

    n = 40_000
    draws = exact.known_se(*SCHOOLS, mu=Normal(0, 5), tau=HalfCauchy(5)).draw(jax.random.key(13), n)
    away = draws.theta[:, 0] - draws.mu
    x = {"theta": draws.theta[:, 0], "delta": away, "z": away / draws.tau}[coordinate]
    hill = joint_density(SCHOOLS, LOG_TAU, coordinate=coordinate)
    assert x.mean() == pytest.approx(hill.mean, abs=4 * hill.sd / n**0.5)
    fourth = np.mean((x - x.mean()) ** 4) ** 0.5
    assert x.std() == pytest.approx(hill.sd, abs=4 * fourth / (2 * hill.sd * n**0.5))
    assert np.corrcoef(x, np.log(draws.tau))[0, 1] == pytest.approx(hill.correlation, abs=0.03)
    assert (draws.tau < 1).mean() == pytest.approx(hill.below(0.0), abs=4 * 0.5 / n**0.5)


def test_neck_of_theta_ends_at_mu_and_that_of_delta_nowhere():
    theta, delta, z = (joint_density(SCHOOLS, LOG_TAU, coordinate=c) for c in ("theta", "delta", "z"))
    v = 1 / (1 / 25 + (1 / SCHOOLS.se**2).sum())
    assert theta.spread[0] == pytest.approx(v**0.5, rel=1e-4)
    assert delta.spread[0] == pytest.approx(np.exp(LOG_TAU[0]), rel=1e-4)
    assert z.spread[0] == pytest.approx(1, rel=1e-4)
    assert z.center[0] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("held", [0.4, 0.9])
def test_contour_holds_what_it_says(held):
    hill = SCHOOL.theta
    lower, upper = hill.ends(hill.level(held))
    inside = np.isfinite(lower)
    mass = stats.norm.cdf((upper - hill.center) / hill.spread) * 2 - 1
    assert hill.probability[inside] @ mass[inside] == pytest.approx(held, abs=1e-6)
    edge = -0.5 * ((upper - hill.center) / hill.spread) ** 2 + np.log(
        hill.probability / (np.diff(hill.log_tau)[0] * hill.spread * np.sqrt(2 * np.pi))
    )
    assert edge[inside] == pytest.approx(np.full(inside.sum(), hill.level(held)), abs=1e-6)


@pytest.mark.parametrize("se", [0.75, 3.0, 15.0])
def test_one_school_against_the_exact_posterior(se):
    answer = exact.known_se([10.0], [se], mu=0.0, tau=HalfCauchy(5))
    school = one_school(10, se)
    assert school.theta.mean == pytest.approx(answer.theta_mean[0], abs=1e-3)
    assert school.theta.sd == pytest.approx(answer.theta_sd[0], abs=1e-3)
    assert school.tau.median == pytest.approx(answer.tau_median, rel=1e-3)
    assert school.tau.values == pytest.approx(np.exp(school.z.log_tau))


def test_widths_change_places():
    """Few data: theta narrows and z does not. Many: the other way round."""
    few, many = one_school(10, 15), one_school(10, 0.75)
    assert few.theta.narrowing > 20 * few.z.narrowing
    assert many.z.narrowing > 10 * many.theta.narrowing
    assert one_school(10, 1e-3).theta.narrowing == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("centred", [True, False])
def test_log_density_is_that_of_the_model_and_its_gradient_is_its_own(centred):
    target = {"y": 10.0, "se": 15.0, "tau_scale": 5.0, "centred": centred}
    rng = np.random.default_rng(4)
    offsets = []
    for _ in range(7):
        x, log_tau = rng.normal(0, 1.5), rng.normal(1, 1)
        tau = np.exp(log_tau)
        theta = x if centred else tau * x
        value, gradient = log_density((x, log_tau), **target)
        model = stats.norm.logpdf(theta, 0, tau) + stats.norm.logpdf(10, theta, 15) + log_tau
        model += stats.halfcauchy.logpdf(tau, scale=5) + (0 if centred else log_tau)
        offsets.append(value - model)
        h = 1e-5
        for k, step in enumerate(((h, 0.0), (0.0, h))):
            up, down = (
                log_density(np.array([x, log_tau]) + s * np.array(step), **target)[0] for s in (1, -1)
            )
            assert gradient[k] == pytest.approx((up - down) / (2 * h), rel=1e-6, abs=1e-7)
    assert np.ptp(offsets) < 1e-10


def test_log_density_integrates_to_the_joint_density():
    """Along one row of tau, and from row to row."""
    target = {"y": SCHOOL.y, "se": SCHOOL.se, "tau_scale": 5.0}
    for hill, centred in ((SCHOOL.theta, True), (SCHOOL.z, False)):
        rows = [200, 280, 330]
        areas = [
            integrate.quad(
                lambda x, k=k, c=centred, h=hill: np.exp(
                    log_density((x, h.log_tau[k]), centred=c, **target)[0]
                ),
                hill.center[k] - 12 * hill.spread[k],
                hill.center[k] + 12 * hill.spread[k],
            )[0]
            for k in rows
        ]
        assert np.divide(areas, areas[0]) == pytest.approx(
            hill.probability[rows] / hill.probability[rows[0]], rel=1e-6
        )


@pytest.mark.parametrize("centred", [True, False])
def test_paths_keep_their_energy_as_steps_shrink_and_turn_back(centred):
    start, push = (0.5, 1.4), (0.3, -0.8)
    coarse, fine = (
        leapfrog(SCHOOL, start, push, centred=centred, step=s, n=round(2 / s)) for s in (0.04, 0.02)
    )
    assert np.abs(fine.error).max() < np.abs(coarse.error).max() / 3  # an error of second order
    assert not coarse.diverged
    assert fine.q[-1] == pytest.approx(coarse.q[-1], abs=0.05)


def test_same_ball_diverges_in_the_funnel_and_not_on_the_hill():
    centred, other = paths(SCHOOL, step=0.8)
    assert centred.diverged
    assert not other.diverged
    assert abs(other.error[-1]) < 0.5
    assert other.q[0, 0] * np.exp(other.q[0, 1]) == pytest.approx(centred.q[0, 0])
    for path in paths(SCHOOL, step=0.04):
        assert abs(path.error[-1]) < 0.01
    swapped = paths(one_school(10, 0.75), step=0.4)
    assert not swapped[0].diverged
    assert swapped[1].diverged


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: joint_density(SCHOOLS, LOG_TAU, coordinate="eta"),
            "coordinate must be one of theta, delta, z",
        ),
        (lambda: joint_density(SCHOOLS, LOG_TAU, school=8), r"school must be in 0..7, got 8"),
        (lambda: SCHOOL.theta.level(1.0), r"held must be in \(0, 1\), got 1.0"),
        (lambda: one_school(10, 0), "se must be > 0 and finite, got 0"),
        (lambda: one_school(10, 1, tau_scale=-1), "tau_scale must be > 0 and finite, got -1"),
        (lambda: one_school(np.inf, 1), "y must be a finite number, got inf"),
        (lambda: paths(SCHOOL, step=0), "step must be > 0 and finite, got 0"),
        (
            lambda: leapfrog(SCHOOL, (0, 0), (0, 0), centred=True, step=1, n=0),
            "n must be an integer >= 1, got 0",
        ),
    ],
)
def test_what_cannot_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
