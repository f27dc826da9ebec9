"""Grid, exact and NUTS on every model of the course; the fits are those of chapter 14."""

import numpy as np
import pytest
from pooling.calibration import pymc_models, three_engines
from pooling.calibration.three_engines import MODELS, Row, compare
from pooling.departments import LARGE_MEETING, ONE_MEETING, Department
from reference import closed_form, quadrature
from scipy import stats

pytestmark = pytest.mark.slow

#: How far the grid may be off at these settings, in minutes: what chapters 3, 5 and 6 promise.
GRID = {"complete pooling": 1e-3, "no pooling": 1e-3, "partial pooling": 0.15, "missing data": 0.15,
        "learned variance": 0.2}  # fmt: skip


@pytest.fixture(scope="module", params=MODELS)
def rows(request):
    return request.param, compare(request.param)


def test_nuts_is_within_four_standard_errors_of_exact(rows):
    model, found = rows
    for row in found:
        assert row.model == model
        assert abs(row.apart) < 4, row


def test_the_monte_carlo_error_is_that_of_enough_draws(rows):
    for row in rows[1]:
        if row.sd is not None:
            assert 0.005 * row.sd < row.error < 0.06 * row.sd, row  # 400 independent draws or more
        assert row.apart == pytest.approx((row.nuts - row.exact) / row.error)


def test_the_grid_is_as_close_as_its_chapter_says(rows):
    model, found = rows
    for row in found:
        if model not in GRID:
            assert row.grid is None
        elif row.kind == "mean":
            assert abs(row.grid - row.exact) < GRID[model], row
        else:
            assert row.grid == pytest.approx(row.exact, rel=0.04), row


def test_every_parameter_has_its_row():
    thetas = [f"theta[{d.name}]" for d in Department]
    assert [row.name for row in compare("partial pooling")] == [*thetas, "mu", "tau"]
    found = compare("fifty schools")
    assert len(found) == 53
    assert isinstance(found[0], Row)


def test_exact_is_what_it_should_be():
    one = compare("complete pooling")[0]
    assert (one.exact, one.sd) == pytest.approx(closed_form(0, 20, 16, 3, 15), abs=1e-6)
    halfcauchy = stats.halfcauchy(0, 3).pdf
    mean, sd, _ = quadrature(ONE_MEETING, [15] * 3, halfcauchy, mu_scale=10)
    for row, m, s in zip(compare("partial pooling")[:3], mean, sd, strict=True):
        assert (row.exact, row.sd) == pytest.approx((m, s), abs=1e-4)


# --- the PyMC programs ---------------------------------------------------------------------------------


def _log_density(model, **point):
    return float(model.compile_logp()(point))


def test_a_models_density_is_its_formula():
    t = LARGE_MEETING
    model = pymc_models.partial_pooling_model(t, mu_scale=10, tau_scale=3, sigma=15)
    mu, tau, eta = 2.0, 4.0, np.array([0.5, -1.0, 0.2])
    found = _log_density(model, mu=mu, tau_log__=np.log(tau), eta=eta)
    wanted = stats.norm.logpdf(mu, 0, 10) + stats.halfcauchy.logpdf(tau, 0, 3) + np.log(tau)
    wanted += stats.norm.logpdf(eta).sum() + np.nansum(stats.norm.logpdf(t, (mu + tau * eta)[:, None], 15))
    assert found == pytest.approx(wanted)


def test_learned_variance_with_theta_integrated_out():
    """∫ N(theta; mu, tau) ∏ N(t_di; theta, sigma_d) dtheta, by brute force, up to a constant of the data."""
    t = LARGE_MEETING
    model = pymc_models.learned_variance_model(t, mu_scale=10, tau_scale=3)
    theta = np.linspace(-200, 200, 400_001)

    def wanted(mu, tau, sigma):
        total = stats.norm.logpdf(mu, 0, 10) + stats.halfcauchy.logpdf(tau, 0, 3) + np.log(tau)
        total += np.sum(stats.halfcauchy.logpdf(sigma, 0, 5) + np.log(sigma))
        for row, s in zip(t, sigma, strict=True):
            density = stats.norm.pdf(theta, mu, tau)
            for x in row[np.isfinite(row)]:
                density = density * stats.norm.pdf(theta, x, s)
            total += np.log(np.trapezoid(density, theta))
        return total

    def found(mu, tau, sigma):
        eta = np.zeros(3)
        return _log_density(model, mu=mu, tau_log__=np.log(tau), sigma_log__=np.log(sigma), eta=eta)

    points = [(1.0, 4.0, np.array([9.0, 2.0, 12.0])), (-5.0, 1.5, np.array([20.0, 1.0, 3.0]))]
    constants = [found(*point) - wanted(*point) for point in points]
    assert constants[0] == pytest.approx(constants[1], abs=1e-6)


def test_learned_variances_theta_is_drawn_from_what_is_left_of_it():
    model = pymc_models.learned_variance_model(LARGE_MEETING, mu_scale=10, tau_scale=3)
    mu, tau, sigma = 1.0, 4.0, np.array([9.0, 2.0, 12.0])
    (of_values,) = model.replace_rvs_by_values([model["theta"]])
    theta = model.compile_fn(of_values, inputs=model.value_vars, on_unused_input="ignore")
    at = {"mu": mu, "tau_log__": np.log(tau), "sigma_log__": np.log(sigma)}
    for d, (row, s) in enumerate(zip(LARGE_MEETING, sigma, strict=True)):
        there = row[np.isfinite(row)]
        precision = 1 / tau**2 + there.size / s**2
        mean, sd = (mu / tau**2 + there.sum() / s**2) / precision, precision**-0.5
        for eta in (-1.0, 0.0, 2.0):
            assert theta({**at, "eta": np.full(3, eta)})[d] == pytest.approx(mean + eta * sd)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compare("half pooling"), "model must be one of complete pooling, .*, got 'half pooling'"),
        (lambda: pymc_models.no_pooling_model([1, 2, 3], sigma=0), "sigma must be > 0 and finite, got 0"),
        (lambda: pymc_models.partial_pooling_model([1, 2], mu_scale=1, tau_scale=1), "t must have shape"),
        (
            lambda: pymc_models.learned_variance_model([1, 2, np.nan], mu_scale=1, tau_scale=1),
            r"t must have an arrival of each department, got \[1, 1, 0\] arrivals",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_models_are_those_of_the_course():
    assert list(three_engines.MODELS) == [*GRID, "eight schools", "fifty schools"]
