"""Sleep of 18 drivers: the data, the models' densities, and NUTS against the quadrature."""

import csv
import logging
from io import StringIO

import numpy as np
import pytest
from places import ROOT
from pooling import sampling, varying_slopes
from pooling.sampling import standard_errors_apart
from pooling.varying_slopes import data, fit
from pooling.varying_slopes.given_scales import covariance, least_squares
from pooling.varying_slopes.posteriors import posterior
from scipy import stats

SLEEP = data()


# --- data ---------------------------------------------------------------------------------------------


def test_the_table_is_read_as_it_stands():
    text = (ROOT / "code" / "pooling" / "data" / "sleep.csv").read_text("utf8")
    rows = list(csv.reader(StringIO(text)))
    assert rows[0] == ["subject", "days", "reaction"]
    told = zip(SLEEP.name[SLEEP.driver].tolist(), SLEEP.day.tolist(), SLEEP.y.tolist(), strict=True)
    assert [(name, float(day), float(y)) for name, day, y in rows[1:]] == list(told)


def test_it_is_the_study_of_the_literature():
    """Eighteen drivers, ten days each; own lines: 309 hardly slower, 335 faster."""
    assert SLEEP.y.size == 180
    assert SLEEP.name.size == 18
    assert (SLEEP.n == 10).all()
    assert sorted(set(SLEEP.day)) == list(range(10))
    own = dict(zip(SLEEP.name.tolist(), least_squares(SLEEP), strict=True))
    np.testing.assert_allclose(own["309"], [205.05, 2.26], atol=0.01)
    assert [name for name, (_, slope) in own.items() if slope < 0] == ["335"]


def test_days_are_counted_from_any_day():
    moved = SLEEP.since(4.5)
    assert (moved.day.min(), moved.day.max()) == (-4.5, 4.5)
    before, after = least_squares(SLEEP), least_squares(moved)
    np.testing.assert_allclose(after[:, 1], before[:, 1])
    np.testing.assert_allclose(after[:, 0], before @ [1, 4.5])


def test_a_drivers_first_days_are_kept():
    few = SLEEP.known(1, 3)
    assert few.n.tolist() == [10, 3] + [10] * 16
    assert few.day[few.driver == 1].tolist() == [0, 1, 2]
    np.testing.assert_array_equal(few.y[few.driver != 1], SLEEP.y[SLEEP.driver != 1])
    assert SLEEP.known(17, 0).n[17] == 0
    for wrong, message in (((18, 3), r"driver must be in 0, ..., 17, got 18"),
                           ((1, -1), "first must be an integer >= 0, got -1"),
                           ((1.5, 2), "driver must be an integer >= 0, got 1.5")):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            SLEEP.known(*wrong)
    with pytest.raises(ValueError, match="origin must be a finite number, got nan"):
        SLEEP.since(np.nan)


# --- models -------------------------------------------------------------------------------------------

MU, TAU, RHO, SIGMA = np.array([260.0, 9.0]), np.array([30.0, 5.0]), -0.4, 27.0
Z = np.random.default_rng(0).normal(size=(2, 18))
CHOLESKY = np.linalg.cholesky(covariance(TAU, RHO))
THETA = MU + (CHOLESKY @ Z).T
PRIOR_OF_MU = stats.norm.logpdf(MU, [300, 0], [100, 20]).sum()
PRIOR_OF_TAU = stats.halfnorm.logpdf(TAU, scale=[50, 20]).sum()
PRIOR_OF_SIGMA = stats.halfnorm.logpdf(SIGMA, scale=50) + np.log(SIGMA)  # PyMC's unknown is log sigma
OF_PAIRS = stats.multivariate_normal(MU, covariance(TAU, RHO)).logpdf(THETA).sum()


def of_y(theta):
    mean = theta[SLEEP.driver, 0] + theta[SLEEP.driver, 1] * SLEEP.day
    return stats.norm.logpdf(SLEEP.y, mean, SIGMA).sum()


def with_rho():
    """Density of the population but for the form: rho's is that of LKJ(2), 3/4 (1 - rho²)."""
    v = (RHO + 1) / 2
    of_rho = np.log(0.75 * (1 - RHO**2)) + np.log(2) + np.log(v * (1 - v))  # the unknown is v's logit
    point = {"mu": MU, "tau_log__": np.log(TAU), "sigma_log__": np.log(SIGMA)}
    point["lkj_logodds__"] = np.log(v / (1 - v))
    return point, of_rho + PRIOR_OF_MU + PRIOR_OF_TAU + np.log(TAU).sum() + PRIOR_OF_SIGMA


def unpooled():
    theta = np.column_stack([250 + 20 * Z[0], 10 + Z[1]])
    log_p = of_y(theta) + PRIOR_OF_SIGMA + stats.norm.logpdf(theta, [300, 0], [500, 100]).sum()
    return {"sigma_log__": np.log(SIGMA), "a": theta[:, 0], "b": theta[:, 1]}, log_p


def centred():
    point, log_p = with_rho()
    return point | {"a": THETA[:, 0], "b": THETA[:, 1]}, log_p + of_y(THETA) + OF_PAIRS


def non_centred():
    point, log_p = with_rho()
    return point | {"z": Z}, log_p + of_y(THETA) + stats.norm.logpdf(Z).sum()


def lkj():
    """The unknown is the Cholesky factor, row by row, logs on its diagonal.

    With L = [[l11, 0], [l21, l22]]: tau_a = l11, tau_b = √(l21² + l22²), rho = l21/tau_b. The Jacobian of
    (log l11, l21, log l22) to (tau_a, tau_b, rho) is l11 l22²/tau_b².
    """
    (l11, _), (l21, l22) = CHOLESKY
    jacobian = np.log(l11) + 2 * np.log(l22) - 2 * np.log(TAU[1])
    of_rho = np.log(0.75 * (1 - RHO**2))
    log_p = of_y(THETA) + OF_PAIRS + PRIOR_OF_MU + PRIOR_OF_TAU + PRIOR_OF_SIGMA + of_rho + jacobian
    point = {"mu": MU, "sigma_log__": np.log(SIGMA), "theta": THETA}
    return point | {"chol_cholesky-cov-packed__": np.array([np.log(l11), l21, np.log(l22)])}, log_p


@pytest.mark.slow
@pytest.mark.parametrize("stated", [unpooled, centred, non_centred, lkj], ids=lambda one: one.__name__)
def test_the_density_is_the_stated_one(stated):
    """Each line of the model by SciPy, at a point of our own."""
    import pytensor

    model = getattr(varying_slopes, f"{stated.__name__}_model")(SLEEP)
    point, log_p = stated()
    assert set(point) == {variable.name for variable in model.value_vars}
    pytensor.config.blas__ldflags = ""  # else a product of matrices has it look for BLAS, and warn
    assert model.compile_logp()(point) == pytest.approx(log_p, abs=1e-5)


@pytest.mark.slow
def test_nuts_agrees_with_the_quadrature(tmp_path_factory):
    """The model of the page, sampled once; nothing that was kept earlier is read."""
    logging.getLogger("pymc").setLevel(logging.WARNING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(sampling.FOLDER, str(tmp_path_factory.mktemp("fits")))
        patch.setenv(sampling.QUIET, "1")
        tree = fit(varying_slopes.centred_model(SLEEP), seed=1, target_accept=0.95)  # which checks it
    exact = posterior(SLEEP)
    known = {
        "mu": (exact.mu_mean, exact.mu_sd),
        "tau": (exact.mean[:2], exact.sd[:2]),
        "rho": (exact.mean[2], exact.sd[2]),
        "sigma": (exact.mean[3], exact.sd[3]),
        "a": (exact.theta_mean[:, 0], exact.theta_sd[:, 0]),
        "b": (exact.theta_mean[:, 1], exact.theta_sd[:, 1]),
    }
    for name, (mean, sd) in known.items():
        assert np.abs(standard_errors_apart(tree, name, mean)).max() < 4, name
        assert np.abs(standard_errors_apart(tree, name, sd, of="sd")).max() < 4.5, name
