"""Accidents in cities: the data, the models against the exact engine, shapes and predictions."""

import numpy as np
import pytest
from pooling import information_flow, sampling
from pooling.exact import normal_groups
from pooling.information_flow import (
    add_city_predictions,
    add_new_city,
    count_model,
    fit,
    partial_pooling_model,
    predict,
    predict_before,
    simulate,
    summary,
    unpooled_model,
)
from pooling.priors import HalfCauchy, Normal
from pooling.sampling import standard_errors_apart

pytestmark = pytest.mark.slow

DATA = simulate()
LEARNED = {"mu": Normal(0, 10), "tau": HalfCauchy(10), "sigma": HalfCauchy(10)}
PRIORS = {"partial": LEARNED, "unpooled": LEARNED | {"mu": 0.0, "tau": 10.0}}
MODELS = {"partial": partial_pooling_model(DATA), "unpooled": unpooled_model(DATA)}
each_model = pytest.mark.parametrize("name", MODELS)


@pytest.fixture(scope="module")
def fits(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(sampling.QUIET, "1")
        patch.setenv(sampling.FOLDER, str(tmp_path_factory.mktemp("fits")))
        yield {name: fit(model) for name, model in MODELS.items()}


def exact(name, data=DATA):
    return normal_groups(data.n, data.mean, data.ss, **PRIORS[name])


def test_sixty_one_cities_and_a_hundred_and_ten_rows():
    assert (DATA.n.size, DATA.y.size, DATA.city.size) == (61, 110, 110)
    assert DATA.n.min() == 1
    assert (DATA.n <= 2).sum() == 50
    np.testing.assert_array_equal(np.bincount(DATA.city), DATA.n)
    assert (np.diff(DATA.city) < 0).any()  # rows are not sorted by city, or an index array were no news
    assert DATA.y.min() >= 0
    assert np.issubdtype(DATA.y.dtype, np.integer)


def test_means_and_squares_are_those_of_the_rows():
    for j in (0, 8, 16, 60):
        rows = DATA.y[DATA.city == j]
        assert DATA.mean[j] == pytest.approx(rows.mean())
        assert DATA.ss[j] == pytest.approx(((rows - rows.mean()) ** 2).sum())


def test_same_seed_same_cities():
    for again, first in zip(simulate(), DATA, strict=True):
        np.testing.assert_array_equal(again, first)
    assert (simulate(1).y != DATA.y).any()


def test_counts_scatter_around_their_rates_as_stated():
    many = [simulate(seed) for seed in range(200)]
    rate, y = (np.concatenate(x) for x in zip(*[(d.rate[d.city], d.y) for d in many], strict=True))
    z = (y - rate) / np.sqrt(rate + rate**2 / 6)
    assert abs(z.mean()) < 4 / z.size**0.5
    assert abs((z**2).mean() - 1) < 4 * (z**2).std() / z.size**0.5
    logs = np.log(np.concatenate([d.rate for d in many]))
    assert abs(logs.mean() - np.log(8)) < 4 * 0.5 / logs.size**0.5
    assert logs.std() == pytest.approx(0.5, rel=0.03)


@each_model
def test_nuts_agrees_with_the_exact_posterior(name, fits):
    answer = exact(name)
    apart = [standard_errors_apart(fits[name], "theta", answer.theta_mean)]
    apart.append(standard_errors_apart(fits[name], "theta", answer.theta_sd, of="sd"))
    apart.append(standard_errors_apart(fits[name], "sigma", answer.sigma_mean))
    if name == "partial":
        apart.append(standard_errors_apart(fits[name], "tau", answer.tau_mean))
        apart.append(standard_errors_apart(fits[name], "mu", answer.mu_mean))
    assert max(np.abs(x).max() for x in apart) < 4


def test_both_forms_are_one_model():
    centred, free = partial_pooling_model(DATA, centred=True), MODELS["partial"]
    point = {"mu": 7.0, "tau_log__": 1.2, "sigma_log__": 1.5}
    z = np.linspace(-2, 2, 61)
    theta = 7 + np.exp(1.2) * z
    jacobian = 61 * 1.2  # of theta = mu + tau z
    with_theta = centred.compile_logp()(point | {"theta": theta})
    with_z = free.compile_logp()(point | {"z": z})
    assert with_theta + jacobian == pytest.approx(with_z, rel=1e-10)


@each_model
def test_parameters_are_as_many_as_cities_and_predictions_as_rows(name, fits):
    before, after = predict_before(MODELS[name], draws=50), predict(MODELS[name], fits[name])
    assert before.prior.theta.sizes == {"chain": 1, "draw": 50, "city": 61}
    assert before.prior_predictive.y.sizes == {"chain": 1, "draw": 50, "row": 110}
    assert fits[name].posterior.theta.sizes == {"chain": 4, "draw": 1000, "city": 61}
    assert after.y.sizes == {"chain": 4, "draw": 1000, "row": 110}
    by_city = predict(MODELS[name], fits[name], add=add_city_predictions, names=["y_city"])
    assert by_city.y_city.sizes == {"chain": 4, "draw": 1000, "city": 61}
    assert float(by_city.y_city.sel(city="city 16").mean()) > float(by_city.y_city.sel(city="city 08").mean())


def test_a_row_is_predicted_by_its_city(fits):
    posterior = fits["partial"].posterior
    mean = posterior.theta.mean(("chain", "draw")).values[DATA.city]
    y = predict(MODELS["partial"], fits["partial"]).y
    noise = y.std(("chain", "draw")).values / 4000**0.5
    assert (np.abs(y.mean(("chain", "draw")).values - mean) < 4.5 * noise).all()


def test_a_new_city_has_the_spread_of_the_hyperposterior(fits):
    answer, posterior = exact("partial"), fits["partial"].posterior
    new = predict(MODELS["partial"], fits["partial"], add=add_new_city, names=["theta_new", "y_new"])
    spread = np.sqrt(answer.tau_mean**2 + answer.tau_sd**2 + answer.mu_sd**2)
    theta = new.theta_new.values
    assert theta.std() == pytest.approx(spread, rel=0.06)
    assert theta.mean() == pytest.approx(answer.mu_mean, abs=4 * spread / 1000**0.5)
    total = np.sqrt(spread**2 + float((posterior.sigma**2).mean()))
    assert new.y_new.values.std() == pytest.approx(total, rel=0.06)
    alone = predict(MODELS["unpooled"], fits["unpooled"], add=add_new_city, names=["theta_new"])
    assert alone.theta_new.values.std() == pytest.approx(10, rel=0.05)
    assert abs(alone.theta_new.values.mean()) < 4 * 10 / 4000**0.5


def test_predicting_leaves_the_model_as_it_was_and_repeats_itself(fits):
    names = list(MODELS["partial"].named_vars)
    first, again = (
        predict(MODELS["partial"], fits["partial"], add=add_new_city, names=["y_new"]) for _ in range(2)
    )
    assert list(MODELS["partial"].named_vars) == names
    np.testing.assert_array_equal(first.y_new, again.y_new)


@pytest.mark.parametrize("overdispersed", [True, False])
def test_counts_have_the_mean_and_variance_stated(overdispersed):
    before = predict_before(count_model(DATA, overdispersed=overdispersed), draws=4000)
    y = before.prior_predictive.y.values[0]
    rate = before.prior.rate.values[0][:, DATA.city]
    alpha = before.prior.alpha.values[0][:, None] if overdispersed else np.inf
    variance = rate + rate**2 / alpha
    z = ((y - rate) / np.sqrt(variance)).mean(axis=1)
    assert abs(z.mean()) < 4 * z.std() / z.size**0.5
    kept = variance[:, 0] < 1e4  # a square of a square of a heavy tail has no small standard error
    squares = ((y - rate) ** 2 / variance)[kept].mean(axis=1)
    assert abs(squares.mean() - 1) < 5 * squares.std() / squares.size**0.5


def test_the_summary_of_the_data():
    found = summary(DATA.y, DATA)
    assert (found["smallest"], found["largest"]) == (DATA.y.min(), DATA.y.max())
    several = DATA.n > 1
    pooled = DATA.ss[several].sum() / (DATA.mean * (DATA.n - 1))[several].sum()
    assert found["scatter"] == pytest.approx(pooled)
    both = summary(np.stack([DATA.y, DATA.y + 1]), DATA)
    np.testing.assert_array_equal(both["largest"], [DATA.y.max(), DATA.y.max() + 1])


def test_poisson_counts_have_scatter_one():
    rng = np.random.default_rng(3)
    scatter = summary(rng.poisson(DATA.rate[DATA.city], (4000, 110)), DATA)["scatter"]
    assert scatter.mean() == pytest.approx(1, abs=0.02)


def test_rows_of_another_data_set_are_refused():
    with pytest.raises(ValueError, match=r"y must have shape \(\.\.\., 110\), got shape \(3,\)"):
        summary([1, 2, 3], DATA)


def test_fit_is_the_one_that_checks():
    assert information_flow.fit is sampling.fit
