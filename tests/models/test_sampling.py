"""Sampling, checking and keeping fits, on a model small enough to be sampled here."""

import subprocess
import sys

import arviz_base
import numpy as np
import pymc as pm
import pytest
from pooling import sampling
from pooling.sampling import ConvergenceError, check, fit, standard_errors_apart

pytestmark = pytest.mark.slow

Y = np.array([1.0, 2.0, 6.0])


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(sampling.FOLDER, str(tmp_path))
    monkeypatch.setenv(sampling.QUIET, "1")
    return tmp_path


def model(y=Y, scale=2.0):
    with pm.Model(coords={"row": range(len(y))}) as built:
        mu = pm.Normal("mu", 0, scale)
        pm.Normal("y", mu, 1, observed=y, dims="row")
    return built


def funnel():
    with pm.Model() as built:
        log_tau = pm.Normal("log_tau", 0, 3)
        pm.Normal("theta", 0, pm.math.exp(log_tau), shape=9)
    return built


def test_conjugate_posterior():
    tree = fit(model())
    variance = 1 / (1 / 2**2 + 3)
    assert abs(standard_errors_apart(tree, "mu", variance * Y.sum())) < 4
    assert abs(standard_errors_apart(tree, "mu", variance**0.5, of="sd")) < 4
    assert abs(standard_errors_apart(tree, "mu", variance * Y.sum() + 0.1)) > 4


def test_same_call_is_not_sampled_again(monkeypatch):
    first = fit(model(), draws=500)
    monkeypatch.setattr(sampling, "_sample", None)
    same = fit(model(), seed=42, draws=500, tune=1000, chains=4, target_accept=0.9)
    assert same.posterior.identical(first.posterior)


def test_same_seed_same_draws_whether_compiled_or_read_from_a_cache(tmp_path, monkeypatch):
    """In processes of their own, that share what the first one compiles."""
    program = (
        "from pooling.outlier_slopes import centred_model, fit, simulate\n"
        "tree = fit(centred_model(simulate()), draws=300, target_accept=0.95, checked=False)\n"
        "print(float(tree.posterior.tau.sum()))"
    )
    monkeypatch.setenv("PYTENSOR_FLAGS", f"base_compiledir={tmp_path / 'compiled'}")
    sums = []
    for run in "ab":
        monkeypatch.setenv(sampling.FOLDER, str(tmp_path / run))
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        sums.append(done.stdout.split()[-1])
    assert sums[0] == sums[1]


@pytest.mark.parametrize(
    ("changed", "settings"),
    [
        (model(Y + 1e-9), {}),
        (model(scale=2.1), {}),
        (model(), {"seed": 1}),
        (model(), {"draws": 501}),
        (model(), {"target_accept": 0.91}),
    ],
)
def test_another_call_is(changed, settings, folder):
    fit(model(), draws=500)
    fit(changed, **{"draws": 500} | settings)
    assert len(list(folder.iterdir())) == 2


def test_other_data_in_a_container_is_another_model(folder):
    with pm.Model() as built:
        y = pm.Data("y_seen", Y)
        pm.Normal("y", pm.Normal("mu"), 1, observed=y)
    fit(built, draws=500)
    with built:
        pm.set_data({"y_seen": Y + 1})
    fit(built, draws=500)
    assert len(list(folder.iterdir())) == 2


def test_divergences_and_short_chains_are_refused():
    with pytest.raises(ConvergenceError, match=r"divergences.*R-hat.*theta"):
        fit(funnel(), draws=200, seed=2, target_accept=0.6)
    tree = fit(funnel(), draws=200, seed=2, target_accept=0.6, checked=False)
    with pytest.raises(ConvergenceError):
        check(tree)


@pytest.fixture
def draws():
    """Return the draws of a sample without fault: a vector of three entries, in four chains."""
    return np.random.default_rng(5).normal(size=(4, 1000, 3))


def tree_of(x, **more):
    """Return a sample as `fit` returns it, without divergences."""
    sample_stats = {"diverging": np.zeros(x.shape[:2], bool)}
    return arviz_base.from_dict({"posterior": {"x": x} | more, "sample_stats": sample_stats})


def test_entries_that_are_known_are_not_asked(draws):
    """R-hat of a constant is no number, and more draws could not help."""
    draws[..., 1] = 2.5
    check(tree_of(draws))
    check(tree_of(draws, known=np.full((4, 1000), 1e-300), table=np.zeros((4, 1000, 2, 2))))


def observed_in_part():
    with pm.Model() as built:
        y = pm.Normal("y", pm.Normal("mu", 0, 2), 1, observed=np.ma.masked_invalid([1.0, np.nan, 6.0]))
        pm.Deterministic("whole", y + 0)
    return built


def test_a_vector_that_is_observed_in_part_passes():
    with pytest.warns(pm.exceptions.ImputationWarning):
        built = observed_in_part()
    assert list(fit(built).posterior["whole"].std(("chain", "draw")).values > 0) == [False, True, False]


def test_a_chain_that_did_not_move_is_no_constant(draws):
    draws[0, :, 1] = 2.5
    with pytest.raises(ConvergenceError, match=r"R-hat.*x\[1\].*try more draws"):
        check(tree_of(draws))


def test_chains_that_stood_each_at_a_place_of_its_own(draws):
    draws[..., 1] = np.arange(4)[:, None]
    with pytest.raises(ConvergenceError, match=r"x\[1\]"):
        check(tree_of(draws))


def test_a_sampler_that_never_moved_is_refused():
    with pytest.raises(ConvergenceError, match="every draw is the same"):
        check(tree_of(np.full((4, 1000, 3), 2.5)))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_draws_that_are_no_numbers_are_refused(draws, value):
    draws[2, 7, 1] = value
    with pytest.raises(ConvergenceError, match=r"not finite numbers: x\[1\] (nan|inf) \(look for a log"):
        check(tree_of(draws))


def test_a_damaged_fit_is_removed(folder):
    fit(model(), draws=500)
    (kept,) = folder.iterdir()
    (kept / "zarr.json").write_text("{")
    with pytest.raises(RuntimeError, match="run again"):
        fit(model(), draws=500)
    assert fit(model(), draws=500).posterior.mu.shape == (4, 500)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"draws": 0}, "draws must be an integer >= 4, got 0"),
        ({"chains": 1.5}, "chains must be an integer >= 1, got 1.5"),
        ({"seed": -1}, "seed must be an integer >= 0, got -1"),
        ({"target_accept": 1}, r"target_accept must be in \(0, 1\), got 1"),
    ],
)
def test_arguments_out_of_range(settings, message):
    with pytest.raises(ValueError, match=message):
        fit(model(), **settings)


def test_only_mean_and_sd_have_a_standard_error_here():
    with pytest.raises(ValueError, match='of must be "mean" or "sd"'):
        standard_errors_apart(None, "mu", 0, of="median")
