"""The exact engine of the browser against that of Python: random data, and data that is hard for nodes."""

import json

import node
import numpy as np
import pytest
from exact_browser import FOLDER, browser, off
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pooling.exact import binomial_groups, known_se, normal_groups, random_intercept
from pooling.explorer.frontend.link import bare, modules
from pooling.priors import Beta, Exponential, HalfCauchy, HalfNormal, Normal, Pareto
from reference import hostile_counts, hostile_groups, hostile_rows, hostile_sizes

CLOSE = 1e-6  # posterior sds
MEDIAN = 1e-5  # of itself
SCHOOLS = (28, 8, -3, 7, -1, 1, 18, 12), (15, 10, 16, 11, 9, 11, 10, 18)
PRIORS = {"mu": Normal(0, 5), "tau": HalfCauchy(5)}


@pytest.fixture(scope="module")
def engine():
    with browser() as tell:
        yield tell


size = st.floats(0.1, 50)
scale = (
    st.builds(HalfCauchy, size) | st.builds(HalfNormal, size) | st.builds(lambda x: Exponential(1 / x), size)
)
location = st.builds(Normal, st.floats(-20, 20), st.floats(0.5, 100)) | st.floats(-10, 10)
estimates = st.lists(st.tuples(st.floats(-30, 30), st.floats(0.5, 20)), min_size=8, max_size=8)


@settings(max_examples=60, deadline=None)
@given(estimates, location, scale | st.floats(0.01, 20))
@example(list(zip(*SCHOOLS, strict=True)), *PRIORS.values())
@example([(0.0, 1.0)] * 2, 0.0, HalfCauchy(1))
@example([(3.0, 1.0), (4.0, 2.0)], Normal(0, 10), 0.0)
def test_known_errors_are_as_in_python(engine, data, mu, tau):
    y, se = np.array(data).T
    expected = known_se(y, se, mu=mu, tau=tau)
    told = engine("knownSe", y, se, mu=mu, tau=tau, shares=[0.5])
    assert off(told, expected) < CLOSE
    assert told["quantiles"]["tau"] == pytest.approx([expected.tau_median], rel=MEDIAN)
    assert told["error"] < 1e-5


groups = st.lists(
    st.tuples(st.integers(2, 40), st.floats(-30, 30), st.floats(0.1, 500)), min_size=6, max_size=6
)


@settings(max_examples=60, deadline=None)
@given(groups, location, scale | st.floats(0.01, 20), scale | st.floats(0.5, 20))
@example([(5, 1.0, 3.0), (9, 2.0, 8.0)], Normal(0, 10), 0.0, HalfCauchy(1))
@example([(5, 1.0, 3.0), (9, 2.0, 8.0)], 0.0, 2.0, 3.0)
def test_a_learned_error_is_as_in_python(engine, data, mu, tau, sigma):
    n, mean, ss = np.array(data).T
    priors = {"mu": mu, "tau": tau, "sigma": sigma}
    expected = normal_groups(n, mean, ss, **priors)
    told = engine("normalGroups", n, mean, ss, **priors, shares=[0.5])
    assert off(told, expected) < CLOSE
    assert told["quantiles"]["tau"] == pytest.approx([expected.tau_median], rel=MEDIAN)
    assert told["error"] < 1e-5


def test_quantiles_of_an_error_that_says_nothing_of_tau(engine):
    """Of 1,200 rows in three groups, against a sum over a grid of both scales."""
    n, mean, ss = np.full(3, 400), np.array([-3.0, 1, 4]), np.array([1500.0, 1700, 1600])
    priors = {"mu": Normal(0, 10), "tau": HalfNormal(5), "sigma": HalfNormal(5)}
    tau, sigma = np.linspace(0.01, 30, 1500)[:, None], np.linspace(1.8, 2.2, 2001)
    v = tau**2 + sigma**2 / n[0]  # of the three means, which share mu ~ N(0, 10)
    away = ((mean - mean.mean()) ** 2).sum() / v + mean.sum() ** 2 / 3 / (v + 3 * 10**2)
    log = -np.log(v) - np.log(v + 3 * 10**2) / 2 - away / 2
    log += -(n.sum() - 3) * np.log(sigma) - ss.sum() / (2 * sigma**2) - (tau**2 + sigma**2) / (2 * 5**2)
    below = np.exp(log - log.max()).sum(axis=0).cumsum()
    shares = [0.03, 0.5, 0.97]
    told = engine("normalGroups", n, mean, ss, **priors, shares=shares)
    expected = np.interp(shares, (below - below[0] / 2) / below[-1], sigma)
    assert told["quantiles"]["sigma"] == pytest.approx(expected, abs=2e-4)


# --- data made to mislead a quadrature: a case is a seed, of tests/models/exact/test_hostile.py ---


def prior(family, size):
    return {"HalfCauchy": HalfCauchy, "HalfNormal": HalfNormal}.get(family, lambda x: Exponential(1 / x))(
        size
    )


def agree(engine, model, solve, data, mu, **scales):
    """Compare the browser with Python, where neither says that it has missed something."""
    priors = {"mu": Normal(*mu) if mu[1] else mu[0]} | {name: prior(*one) for name, one in scales.items()}
    told, expected = engine(model, *data, **priors, shares=[0.5]), solve(*data, **priors)
    assert max(told["error"], expected.error) < 1e-4
    assert off(told, expected) < CLOSE
    assert told["quantiles"]["tau"] == pytest.approx([expected.tau_median], rel=MEDIAN)
    return told


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_hostile_groups(engine, first):
    for seed in range(first, first + 20):
        y, se, mu, tau = hostile_groups(np.random.default_rng(seed), most=30)
        agree(engine, "knownSe", known_se, (y, se), mu, tau=tau)


@pytest.mark.parametrize("first", range(0, 40, 20))
def test_hostile_sizes(engine, first):
    for seed in range(first, first + 20):
        n, mean, ss, mu, tau, sigma = hostile_sizes(np.random.default_rng(seed))
        agree(engine, "normalGroups", normal_groups, (n, mean, ss), mu, tau=tau, sigma=sigma)


@pytest.mark.parametrize("seed", range(20_000, 20_006))
def test_up_to_a_thousand_hostile_groups(engine, seed):
    y, se, mu, tau = hostile_groups(np.random.default_rng(seed), most=1000)
    agree(engine, "knownSe", known_se, (y, se), mu, tau=tau)


def agree_on_rows(engine, y, x, group, **priors):
    """Compare the browser's regression with Python's; return how far off it is."""
    told, expected = (
        engine("randomIntercept", y, x, group, **priors, shares=[0.5]),
        random_intercept(y, x, group, **priors),
    )
    assert max(told["error"], expected.error) < 1e-4, told["error"]
    worst = off(told, expected, of="alpha")
    assert worst < CLOSE
    covariance = np.reshape(told["covariance"], expected.beta_cov.shape)
    unit = np.outer(expected.beta_sd, expected.beta_sd)
    np.testing.assert_allclose(covariance / unit, expected.beta_cov / unit, rtol=0, atol=CLOSE)
    assert told["quantiles"]["tau"] == pytest.approx([expected.tau_median], rel=MEDIAN)
    return worst


def agree_on_hostile_rows(engine, seed):
    y, x, group, beta, tau, sigma = hostile_rows(np.random.default_rng(seed))
    priors = {"beta": Normal(*beta), "tau": prior(*tau), "sigma": prior(*sigma)}
    return agree_on_rows(engine, y, x, group, **priors)


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_hostile_rows(engine, first):
    for seed in range(first, first + 10):
        agree_on_hostile_rows(engine, seed)


def agree_on_counts(engine, successes, trials, mean, concentration):
    """Compare the browser's proportions with Python's; return how far off they are."""
    priors = {"mean": mean, "concentration": concentration}
    told = engine("binomialGroups", successes, trials, **priors)
    expected = binomial_groups(successes, trials, **priors)
    assert max(told["error"], expected.error) < 1e-4, told["error"]
    worst = off(told, expected, of="p")
    assert worst < CLOSE
    assert told["concentration"]["median"] == pytest.approx(expected.concentration_median, rel=MEDIAN)
    return worst


def agree_on_hostile_counts(engine, seed, *, most=30):
    successes, trials, mean, concentration = hostile_counts(np.random.default_rng(seed), most=most)
    return agree_on_counts(engine, successes, trials, Beta(*mean), Pareto(*concentration))


@pytest.mark.parametrize("first", range(0, 40, 10))
@pytest.mark.parametrize("most", [30, 3000])
def test_hostile_counts(engine, first, most):
    for seed in range(first, first + 10):
        agree_on_hostile_counts(engine, seed, most=most)


def test_of_many_groups_no_two_are_of_one_size(engine):
    """More sizes than the tally keeps."""
    rng = np.random.default_rng(5)
    trials = np.arange(5, 2005)
    successes = rng.binomial(trials, rng.beta(6, 14, trials.size))
    agree_on_counts(engine, successes, trials, Beta(1, 1), Pareto(1, 1.5))


@pytest.mark.live
@pytest.mark.parametrize("first", range(60_000, 60_600, 100))
def test_hundreds_of_hostile_counts(engine, first):
    worst = max((agree_on_hostile_counts(engine, seed), seed) for seed in range(first, first + 100))
    print(f"worst difference {worst[0]:.1e} posterior sds, seed {worst[1]}")


COUNTS = {
    "none or all": ([0, 5, 0, 9], [4, 5, 0, 9]),
    "a thousand million": ([10**9, 3, 5 * 10**8], [10**9, 10**9, 10**9]),
    "no trials": ([0, 0], [0, 0]),
    "all alike": ([30] * 40, [100] * 40),
    "hundreds, none like another": ([3 * k + k % 7 for k in range(400)], [11 * k + 20 for k in range(400)]),
}


@pytest.mark.parametrize("which", COUNTS)
def test_counts_at_the_limits(engine, which):
    agree_on_counts(engine, *COUNTS[which], Beta(1, 1), Pareto(1, 1.5))


@pytest.mark.live
@pytest.mark.parametrize("first", range(50_000, 50_600, 100))
def test_hundreds_of_hostile_rows(engine, first):
    worst = max((agree_on_hostile_rows(engine, seed), seed) for seed in range(first, first + 100))
    print(f"worst difference {worst[0]:.1e} posterior sds, seed {worst[1]}")


@pytest.mark.live
@pytest.mark.parametrize("first", range(40_000, 42_000, 250))
def test_thousands_of_hostile_groups(engine, first):
    for seed in range(first, first + 250):
        y, se, mu, tau = hostile_groups(np.random.default_rng(seed), most=100)
        agree(engine, "knownSe", known_se, (y, se), mu, tau=tau)


@pytest.mark.parametrize(("precise", "vague"), [(50, 5), (12, 5), (15, 2), (200, 20)])
def test_the_hill_of_few_vague_groups_is_not_overlooked(engine, precise, vague):
    y = np.r_[np.tile([-1e-3, 1e-3], precise), np.tile([-13.5, 13.5], vague)]
    se = np.r_[np.full(2 * precise, 2e-4), np.ones(2 * vague)]
    told = agree(engine, "knownSe", known_se, (y, se), (0, 10), tau=("HalfCauchy", 1))
    assert told["theta"][-1]["mean"] > 12


PEOPLE = {"beta": [Normal(0, 3), Normal(1, 2)], "tau": HalfNormal(2), "sigma": Exponential(1)}


@pytest.mark.parametrize(
    "fixed", [{}, {"tau": 0.0}, {"tau": 1.3}, {"sigma": 0.8}, {"tau": 0.5, "sigma": 2.0}]
)
def test_scales_of_a_regression_that_are_known(engine, fixed):
    rng = np.random.default_rng(4)
    group = np.r_[rng.integers(0, 4, 14), 5]  # group 4 has no rows
    x = np.column_stack([np.ones(15), rng.normal(size=15)])
    agree_on_rows(engine, x @ [1, 2] + rng.normal(size=15), x, group, **PEOPLE | fixed)


@pytest.mark.parametrize("columns", ["nothing", "more than rows", "one a group", "a time stamp"])
def test_columns_that_leave_something_to_the_priors(engine, columns):
    rng = np.random.default_rng(6)
    group = np.r_[rng.integers(0, 4, 12), 3]
    x = {
        "nothing": np.zeros((13, 2)),
        "more than rows": rng.normal(size=(13, 6)),
        "one a group": np.column_stack([np.ones(13), np.eye(4)[group]]),
        "a time stamp": np.column_stack([np.ones(13), 1.7e9 + rng.integers(0, 100, 13)]),
    }[columns]
    y = rng.normal(size=4)[group] + rng.normal(size=13)
    few = columns == "more than rows"  # then nothing would keep sigma from 0
    priors = {"beta": Normal(0, 2), "tau": HalfNormal(1), "sigma": 0.7 if few else HalfNormal(1)}
    some = slice(4 if few else 13)
    agree_on_rows(engine, y[some], x[some], group[some], **priors)


# --- known values, and what must not matter ---


def test_eight_schools(engine):
    told = engine("knownSe", *SCHOOLS, **PRIORS, shares=[0.5])
    assert (told["mu"]["mean"], told["mu"]["sd"], told["tau"]["mean"]) == pytest.approx(
        (4.397, 3.318, 3.598), abs=1e-3
    )
    assert told["theta"][2]["mean"] == pytest.approx(3.927, abs=1e-3)
    assert told["quantiles"]["tau"][0] == pytest.approx(2.7487311, rel=1e-6)  # by SciPy's brentq and quad


@pytest.mark.parametrize("shift", [1e3, 1e12])
@pytest.mark.parametrize("unit", [1e-40, 1.0, 1e40])
def test_place_and_unit_do_not_matter(engine, shift, unit):
    y, se = np.array(SCHOOLS, float)
    shift *= unit
    here = engine("knownSe", y, se, **PRIORS)
    there = engine(
        "knownSe", y * unit + shift, se * unit, mu=Normal(shift, 5 * unit), tau=HalfCauchy(5 * unit)
    )
    rounding = np.spacing(shift) + 1e-9 * unit
    for one, other in zip([here["mu"], *here["theta"]], [there["mu"], *there["theta"]], strict=True):
        assert other["mean"] == pytest.approx(one["mean"] * unit + shift, rel=0, abs=rounding)
        assert other["sd"] == pytest.approx(one["sd"] * unit, rel=1e-5)


def test_a_group_without_data_is_predicted(engine):
    y, se = [*SCHOOLS[0], np.nan], [*SCHOOLS[1], np.nan]
    told, without = engine("knownSe", y, se, **PRIORS), engine("knownSe", *SCHOOLS, **PRIORS)
    assert told["theta"][:-1] == [pytest.approx(one, rel=1e-9) for one in without["theta"]]
    assert told["theta"][-1]["mean"] == pytest.approx(told["mu"]["mean"])
    variance = without["mu"]["sd"] ** 2 + without["tau"]["mean"] ** 2 + without["tau"]["sd"] ** 2
    assert told["theta"][-1]["sd"] == pytest.approx(variance**0.5)


def test_moments_that_a_half_cauchy_leaves_infinite(engine):
    one = engine("knownSe", [3.0, np.nan], [1.0, np.nan], **PRIORS)
    assert np.isfinite(one["tau"]["mean"])
    assert one["tau"]["sd"] == one["theta"][1]["sd"] == np.inf
    none = engine("knownSe", [np.nan], [np.nan], mu=Normal(1, 2), tau=HalfCauchy(3), shares=[0.5])
    assert (none["mu"]["mean"], none["mu"]["sd"]) == pytest.approx((1, 2))
    assert none["tau"]["mean"] == np.inf
    assert none["quantiles"]["tau"] == pytest.approx([3])


GROUPS = {**PRIORS, "sigma": HalfCauchy(1)}
BATS = {"mean": Beta(1, 1), "concentration": Pareto(1, 1.5)}
HOUSES = {**PEOPLE, "beta": Normal(0, 1)}


@pytest.mark.parametrize(
    ("model", "data", "priors", "message"),
    [
        ("knownSe", [[1, 2], [1]], PRIORS, "se must be as many as estimate"),
        ("knownSe", [[1, 2], [1, 0]], PRIORS, "se must be > 0, got 0 at group 1"),
        ("knownSe", [[1, np.inf], [1, 1]], PRIORS, "estimate must be finite, got Infinity at group 1"),
        ("knownSe", [[1], [1]], {"mu": Normal(0, 5), "tau": -1.0}, "tau must be a prior of a scale, or a"),
        ("knownSe", [[1], [1]], {"mu": HalfCauchy(5), "tau": 1.0}, "mu must be a normal prior or a number"),
        ("knownSe", [[1e80, 0.0], [1e-80, 1e-80]], PRIORS, "within a factor 1e60"),
        ("normalGroups", [[3, -1], [0, 0], [1, 1]], GROUPS, "n must be >= 0, got -1 at group 1"),
        ("normalGroups", [[3, 1], [0, np.nan], [1, 1]], GROUPS, "mean must be finite where n > 0"),
        ("normalGroups", [[3, 1], [0, 1], [0, 0]], GROUPS, "the posterior is improper"),
        ("normalGroups", [[3, 1], [0, 1], [1, 0]], {**PRIORS, "sigma": 0.0}, "sigma must be a prior of a"),
        ("binomialGroups", [[1, 2], [1]], BATS, "successes must be as many as trials"),
        ("binomialGroups", [[1, 2], [1, 1]], BATS, "successes must be 0, ..., trials, got 2 at group 1"),
        ("binomialGroups", [[1], [2e9]], BATS, "trials must be 0, ..., 1e9, got 2000000000 at group 0"),
        ("binomialGroups", [[1], [2]], {**BATS, "mean": 0.5}, "mean's a must be > 0, got undefined"),
        ("randomIntercept", [[1, 2], [[1], [1]], [0]], PEOPLE, "y, X and group must have equal rows"),
        ("randomIntercept", [[1, 2], [[1], [np.nan]], [0, 1]], PEOPLE, "must be finite; row 1 is not"),
        (
            "randomIntercept",
            [[1, 2], [[1], [1, 2]], [0, 1]],
            PEOPLE,
            "X must have as many columns in each row",
        ),
        ("randomIntercept", [[1, 2], [[1], [1]], [0, 1.5]], PEOPLE, "got 1.5 in row 1"),
        ("randomIntercept", [[1, 2], [[1], [1]], [0, -1]], PEOPLE, "got -1 in row 1"),
        (
            "randomIntercept",
            [[1, 2], [[1], [1]], [0, 1]],
            PEOPLE,
            "beta must be a normal prior or a list of 1",
        ),
        ("randomIntercept", [[1, 1, 1, 2], [[1]] * 4, [0, 0, 0, 1]], HOUSES, "the posterior is improper"),
    ],
)
def test_bad_input_is_named(engine, model, data, priors, message):
    told = engine(model, *data, **priors)
    assert told.get("expected"), told
    assert message in told["complaint"]


def test_a_thousand_groups(engine):
    rng = np.random.default_rng(3)
    se = rng.uniform(1, 5, 1000)
    y = rng.normal(0, 2, 1000) + se * rng.normal(size=1000)
    told = engine("knownSe", y, se, **PRIORS)
    assert off(told, known_se(y, se, **PRIORS)) < CLOSE


MODELS = ("known_se.js", "normal_groups.js", "random_intercept.js", "binomial_groups.js")


def test_it_runs_in_a_worker(engine):
    """Which has no page; and it needs nothing but itself."""
    y, se = SCHOOLS
    work = f"""
        import {{ parentPort }} from "node:worker_threads";
        import {{ knownSe }} from "{(FOLDER / "known_se.js").as_uri()}";
        import {{ quantiles }} from "{(FOLDER / "quantiles.js").as_uri()}";
        const priors = {{ mu: {{ loc: 0, scale: 5 }}, tau: {{ family: "HalfCauchy", size: 5 }} }};
        const {{ theta, mixture }} = knownSe({list(y)}, {list(se)}, priors);
        parentPort.postMessage({{ theta, quantiles: quantiles(mixture, "tau", [0.5]) }});"""
    told = node.run(f"""
        import {{ Worker }} from "node:worker_threads";
        const worker = new Worker({json.dumps(work)}, {{ eval: true }});
        worker.on("message", (told) => console.log(JSON.stringify(told)));""")
    here = engine("knownSe", y, se, **PRIORS, shares=[0.5])
    assert told == {"theta": here["theta"], "quantiles": here["quantiles"]["tau"]}
    assert {path.parent for name in MODELS for path in modules(FOLDER / name)} == {FOLDER}


def shipped(*entries):
    """Return the bytes, before gzip, of what an explorer carries that imports these modules."""
    used = {path for entry in entries for path in modules(FOLDER / entry)}
    return sum(len(bare(path).encode()) for path in used)


def test_an_explorer_carries_only_what_it_imports():
    assert shipped("known_se.js", "density.js") < 25_000
    assert FOLDER / "sigma.js" not in modules(FOLDER / "known_se.js")
