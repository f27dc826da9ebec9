"""Radon in 85 counties: the data, the five models, and NUTS against the exact posterior."""

import csv
import logging
from io import StringIO

import numpy as np
import pytest
from places import ROOT
from pooling import group_predictors, sampling
from pooling.group_predictors import data, fit
from pooling.group_predictors.posteriors import posterior
from pooling.sampling import standard_errors_apart
from scipy import stats

RADON = data()
MODELS = {
    "unpooled": group_predictors.unpooled_model,
    "intercept": group_predictors.intercept_model,
    "floor": group_predictors.floor_model,
    "uranium": group_predictors.uranium_model,
    "contextual": group_predictors.contextual_model,
}


# --- data ---------------------------------------------------------------------------------------------


def test_the_table_is_read_as_it_stands():
    text = (ROOT / "code" / "pooling" / "data" / "radon.csv").read_text("utf8")
    rows = list(csv.reader(StringIO(text)))[1:]
    told = zip(RADON.name[RADON.county], RADON.first_floor, RADON.uranium[RADON.county], RADON.y, strict=True)
    assert [[name, *map(float, rest)] for name, *rest in rows] == [[str(name), *rest] for name, *rest in told]


def test_the_counts_are_those_of_the_literature():
    """Gelman and Hill (2007), chapter 12: 919 houses, 85 counties, of 1 to 116 houses."""
    assert RADON.y.size == 919
    assert RADON.name.size == RADON.uranium.size == 85
    assert (RADON.n.min(), RADON.n.max(), RADON.n.sum()) == (1, 116, 919)
    assert RADON.name[RADON.n.argmax()] == "ST LOUIS"
    assert set(RADON.first_floor) == {0, 1}
    assert RADON.y.min() == pytest.approx(np.log(0.1), abs=1e-6)  # where nothing was found


def test_uranium_is_one_number_a_county():
    text = (ROOT / "code" / "pooling" / "data" / "radon.csv").read_text("utf8")
    found = {}
    for row in csv.DictReader(StringIO(text)):
        found.setdefault(row["county"], set()).add(float(row["log_uranium"]))
    assert all(len(values) == 1 for values in found.values())
    assert {name: {x} for name, x in zip(RADON.name.tolist(), RADON.uranium.tolist(), strict=True)} == found


def test_means_and_shares_are_those_of_the_rows():
    for j in (0, 25, 84):
        mine = RADON.county == j
        assert RADON.n[j] == mine.sum()
        assert RADON.share[j] == pytest.approx(RADON.first_floor[mine].mean())
        assert RADON.mean[j] == pytest.approx(RADON.y[mine].mean())


# --- models -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_the_density_is_the_stated_one(name):
    """Each line of the model by SciPy, at a point of our own."""
    model = MODELS[name](RADON)
    rng = np.random.default_rng(0)
    gamma, beta, tau, sigma, z = (1.2, 0.6, -0.4), -0.5, 0.3, 0.8, rng.normal(size=85)
    columns = [np.ones(85), RADON.uranium, RADON.share]
    used = {"uranium": 2, "contextual": 3, "unpooled": 0}.get(name, 1)
    line = sum((g * x for g, x in zip(gamma[:used], columns, strict=False)), np.zeros(85))
    theta = z if name == "unpooled" else line + tau * z
    slope = 0.0 if name == "intercept" else beta

    log_p = stats.norm.logpdf(RADON.y, theta[RADON.county] + slope * RADON.first_floor, sigma).sum()
    log_p += stats.halfnorm.logpdf(sigma) + np.log(sigma)  # PyMC's unknown is log sigma
    log_p += stats.norm.logpdf(gamma[:used], 0, 5).sum()
    point = {"sigma_log__": np.log(sigma)} | {f"gamma{k}": np.array(g) for k, g in enumerate(gamma[:used])}
    if name != "intercept":
        point["beta"] = np.array(beta)
        log_p += stats.norm.logpdf(beta, 0, 5)
    if name != "unpooled":
        point["tau_log__"] = np.log(tau)
        log_p += stats.halfnorm.logpdf(tau) + np.log(tau)
    if name in ("uranium", "contextual"):
        point["z"] = z
        log_p += stats.norm.logpdf(z).sum()
    else:
        point["theta"] = theta
        log_p += (
            stats.norm.logpdf(z, 0, 5) if name == "unpooled" else stats.norm.logpdf(theta, line, tau)
        ).sum()
    assert set(point) == {variable.name for variable in model.value_vars}
    assert model.compile_logp()(point) == pytest.approx(log_p, abs=1e-5)


@pytest.mark.slow
def test_nuts_agrees_with_the_exact_posterior(tmp_path_factory):
    """The model of the page, sampled once; nothing that was kept earlier is read."""
    logging.getLogger("pymc").setLevel(logging.WARNING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(sampling.FOLDER, str(tmp_path_factory.mktemp("fits")))
        patch.setenv(sampling.QUIET, "1")
        tree = fit(group_predictors.uranium_model(RADON), seed=1)
    exact = posterior(RADON)
    known = {
        "gamma0": (exact.beta_mean[0], exact.beta_sd[0]),
        "beta": (exact.beta_mean[1], exact.beta_sd[1]),
        "gamma1": (exact.beta_mean[2], exact.beta_sd[2]),
        "tau": (exact.tau_mean, exact.tau_sd),
        "sigma": (exact.sigma_mean, exact.sigma_sd),
    }
    for name, (mean, sd) in known.items():
        assert abs(standard_errors_apart(tree, name, mean)) < 4, name
        assert abs(standard_errors_apart(tree, name, sd, of="sd")) < 4, name
    theta = exact.alpha_mean + exact.beta_mean[0] + exact.beta_mean[2] * RADON.uranium
    assert np.abs(standard_errors_apart(tree, "theta", theta)).max() < 4
    tree.posterior["alpha"] = tree.posterior["tau"] * tree.posterior["z"]
    for of in ("mean", "sd"):
        assert np.abs(standard_errors_apart(tree, "alpha", getattr(exact, f"alpha_{of}"), of=of)).max() < 4
