"""The influence matrix: finite differences, an independent integral, draws, and what it must be at limits."""

import jax
import numpy as np
import pytest
from pooling.exact import known_se, normal_groups
from pooling.information_flow.influence import influence, influence_of_draws
from pooling.priors import Exponential, HalfCauchy, HalfNormal, Normal
from pooling.shrinkage import weight

N, MEAN, SS = np.array([2, 5, 1, 3]), np.array([3.0, -4.0, 9.0, 5.5]), np.array([8.0, 90.0, 0.0, 31.0])
LEARNED = {"mu": Normal(0, 10), "tau": HalfCauchy(10), "sigma": HalfCauchy(10)}
FLAT = Normal(0, 1e6)
SCHOOLS = {"mu": Normal(0, 5), "tau": HalfCauchy(5)}
MODELS = {
    "all learned": LEARNED,
    "tau fixed": LEARNED | {"tau": 3.0},
    "sigma fixed": LEARNED | {"sigma": 4.0},
    "mu fixed": LEARNED | {"mu": 1.0},
    "only mu learned": {"mu": Normal(0, 10), "tau": 2.0, "sigma": 4.0},
    "no pooling": {"mu": 0.0, "tau": 10.0, "sigma": HalfCauchy(10)},
    "other priors": {"mu": Normal(3, 2), "tau": Exponential(0.5), "sigma": HalfNormal(6)},
    "tau zero": LEARNED | {"tau": 0.0},
}
each_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def answer(mean=MEAN, model=LEARNED, **settings):
    return normal_groups(N, mean, SS, **model, **settings)


def differences(estimate, mean, step=1e-3):
    """Return the matrix by central differences, column by column."""
    moves = step * np.eye(len(mean))
    return np.transpose([(estimate(mean + e) - estimate(mean - e)) / (2 * step) for e in moves])


@each_model
def test_finite_differences(model):
    expected = differences(lambda mean: answer(mean, model).theta_mean, MEAN)
    np.testing.assert_allclose(influence(answer(model=model)), expected, atol=1e-6)


def test_finite_differences_with_known_standard_errors_and_with_slopes():
    se = np.array([15.0, 10, 16, 11])
    expected = differences(lambda y: known_se(y, se, **SCHOOLS).theta_mean, MEAN)
    np.testing.assert_allclose(influence(known_se(MEAN, se, **SCHOOLS)), expected, atol=1e-6)
    rows = np.array([4, 4, 4, 9])
    expected = differences(lambda mean: answer(mean, count=rows).theta_mean, MEAN)
    np.testing.assert_allclose(influence(answer(count=rows)), expected, atol=1e-6)


def test_without_anything_to_learn_in_common_it_is_diagonal():
    fixed = influence(answer(model={"mu": 0.0, "tau": 10.0, "sigma": 4.0}))
    np.testing.assert_array_equal(fixed[~np.eye(4, dtype=bool)], 0)
    np.testing.assert_allclose(np.diag(fixed), weight(N, sigma=4.0, tau=10.0))


def test_a_shared_error_scale_leaks_by_as_much_as_an_integral_over_sigma_says():
    s = np.linspace(-4, 8, 4001)[:, None]
    variance = 100 + np.exp(2 * s) / N  # of each mean, given sigma
    own = 100 / variance
    log_p = -0.5 * (np.log(variance) + MEAN**2 / variance).sum(axis=1) - np.log1p(np.exp(2 * s[:, 0]) / 100)
    log_p += s[:, 0] * (1 - (N - 1).sum()) - SS.sum() * np.exp(-2 * s[:, 0]) / 2
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    slope = -MEAN / variance
    covariance = (own - p @ own).T @ (p[:, None] * slope)
    expected = np.diag(p @ own) + MEAN[:, None] * covariance
    found = influence(answer(model=MODELS["no pooling"]))
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert np.abs(found[~np.eye(4, dtype=bool)]).min() > 1e-5


def test_complete_pooling_counts_every_row_alike():
    found = influence(answer(model={"mu": FLAT, "tau": 0.0, "sigma": 4.0}))
    np.testing.assert_allclose(found, np.tile(N / N.sum(), (4, 1)), rtol=1e-6)


@pytest.mark.parametrize("scales", ["learned", "held"])
def test_a_shift_of_all_data_shifts_all_estimates_if_mu_is_free(scales):
    found = influence(answer(model=LEARNED | {"mu": FLAT}), scales=scales)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    assert (influence(answer(), scales=scales).sum(axis=1) < 1 - 1e-4).all()


def test_groups_in_another_order_are_the_same_groups():
    order = np.array([2, 0, 3, 1])
    found = influence(normal_groups(N[order], MEAN[order], SS[order], **LEARNED))
    np.testing.assert_allclose(found, influence(answer())[np.ix_(order, order)], atol=1e-9)


def test_a_group_without_data_moves_nobody_and_is_moved_by_all():
    found = influence(known_se([28, 8, np.nan, -3], [15, 10, np.nan, 16], mu=FLAT, tau=HalfCauchy(5)))
    np.testing.assert_array_equal(found[:, 2], 0)
    assert (found[2, [0, 1, 3]] > 0).all()
    assert found[2].sum() == pytest.approx(1, abs=1e-6)


def test_held_scales_leave_what_goes_through_mu():
    held = influence(answer(), scales="held")
    assert (held > 0).all()
    known = {"mu": Normal(0, 10), "tau": 2.0, "sigma": 4.0}
    np.testing.assert_allclose(influence(answer(model=known), scales="held"), influence(answer(model=known)))
    assert (influence(answer()) - held).min() < 0


def test_draws_say_the_same():
    posterior = answer()
    draws = posterior.draw(jax.random.key(1), 40_000)
    slope = N * (draws.theta - MEAN) / draws.sigma[:, None] ** 2
    product = (draws.theta - draws.theta.mean(axis=0))[:, :, None] * (slope - slope.mean(axis=0))[:, None]
    error = product.std(axis=0) / len(product) ** 0.5
    found = influence_of_draws(draws.theta, draws.sigma, n=N, mean=MEAN)
    assert (np.abs(found - influence(posterior)) < 4 * error).all()
    assert error.max() < 0.02


def test_readers_session_stays_in_single_precision():
    influence(answer())
    assert jax.numpy.asarray(1.0).dtype == "float32"


def test_what_is_not_understood_is_refused():
    with pytest.raises(ValueError, match="posterior must be an ExactPosterior, got ndarray"):
        influence(MEAN)
    with pytest.raises(ValueError, match='scales must be "learned" or "held", got \'fixed\''):
        influence(answer(), scales="fixed")
    with pytest.raises(ValueError, match=r"theta must have shape \(draws, J\), got shape \(4,\)"):
        influence_of_draws(MEAN, 1.0, n=N, mean=MEAN)
    with pytest.raises(ValueError, match=r"n must have shape \(4,\), got shape \(1,\)"):
        influence_of_draws([MEAN, MEAN], 1.0, n=[1], mean=MEAN)
