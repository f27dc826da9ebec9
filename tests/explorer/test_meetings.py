"""The explorers of chapters 5 to 7 without a browser: any number of arrivals a department."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from meetings_engine import by_name
from pooling import complete_pooling, learned_variance, missing_data, no_pooling, partial_pooling
from pooling.departments import LARGE_MEETING, Department
from pooling.explorer import explore
from pooling.learned_variance import ImproperPosteriorWarning
from pooling.models_contrasted import MODELS as CONTRASTED
from pooling.models_contrasted import department_posterior
from pooling.posterior import Marginal

pytestmark = pytest.mark.slow

DEFAULTS = {
    "missing_data": {"mu_scale": 10, "tau_scale": 3, "sigma": 15},
    "learned_variance": {"mu_scale": 10, "tau_scale": 10, "sigma_scale": 5},
}
MODELS = {"missing_data": missing_data, "learned_variance": learned_variance}
each = pytest.mark.parametrize("stem", DEFAULTS)
LARGE = [[-10, 1, 11], [-16, -15, -14], [30]]
NOBODY = [[], [], []]


def padded(rows):
    t = np.full((3, 8), np.nan)
    for d, row in enumerate(rows):
        t[d, : len(row)] = row
    return t


def expected(stem, rows, values):
    """Return the Python marginals by the names of the page."""
    t = padded(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImproperPosteriorWarning)
        found = by_name(MODELS[stem].posterior(t, **values))
    if stem == "missing_data":
        found["theta[NEW]"] = missing_data.new_department(t, **values)
    return found


def agree(engine, stem, rows, values):
    found = engine(stem, rows, values)["marginals"]
    for name, marginal in expected(stem, rows, values).items():
        np.testing.assert_allclose(found[name]["values"], marginal.values, rtol=1e-12)
        np.testing.assert_allclose(found[name]["probability"], marginal.probability, atol=1e-7)
        if marginal.boundaries is not None:
            np.testing.assert_allclose(found[name]["edges"], marginal.boundaries, rtol=1e-12)
    return found


minute = st.integers(-40, 40)
row = st.lists(minute, max_size=8) | st.integers(1, 8).flatmap(lambda n: minute.map(lambda x: [x] * n))
scale = st.integers(2, 40).map(lambda x: x / 2)
SIGMA = {"missing_data": ("sigma", st.integers(5, 30)), "learned_variance": ("sigma_scale", scale)}
CASES = st.sampled_from(list(DEFAULTS)).flatmap(
    lambda stem: st.tuples(
        st.just(stem),
        st.lists(row, min_size=3, max_size=3),
        st.fixed_dictionaries({"mu_scale": scale, "tau_scale": scale, SIGMA[stem][0]: SIGMA[stem][1]}),
    )
)


@settings(max_examples=60, deadline=None)
@given(CASES)
def test_the_engine_agrees_with_the_memo_programs(engine, case):
    agree(engine, *case)


@each
@pytest.mark.parametrize(
    "rows",
    [
        NOBODY,
        LARGE,
        [[], [], [40]],
        [[-40] * 8, [40] * 8, [-40] * 8],  # as far apart, and as many, as the page allows
        [[40, -40] * 4, [-40, 40] * 4, []],
        [[0, 0], [7] * 8, [3]],  # identical: improper
    ],
)
def test_the_engine_at_the_ends_of_every_slider(engine, stem, rows):
    controls = explore(stem).controls
    for end in range(2 ** len(controls)):
        agree(
            engine, stem, rows, {c.name: float((c.min, c.max)[end >> n & 1]) for n, c in enumerate(controls)}
        )


@settings(max_examples=30, deadline=None)
@given(CASES)
def test_summaries_agree_with_marginal(engine, case):
    stem, rows, values = case
    found = engine(stem, rows, values)["marginals"]
    for name, marginal in expected(stem, rows, values).items():
        told = found[name]
        exact = Marginal(marginal.values, np.array(told["probability"]), marginal.boundaries)
        assert told["median"] == pytest.approx(exact.median, abs=1e-9)
        assert told["mean"] == pytest.approx(exact.mean, rel=1e-9, abs=1e-9)
        lower, upper = exact.interval(0.94)
        assert told["interval"][1] - told["interval"][0] == pytest.approx(upper - lower, abs=1e-9)


def test_one_explorer_answers_many_meetings_in_any_order(engine):
    """What it keeps between two questions must not show in the answer."""
    for stem, values in DEFAULTS.items():
        for rows in (LARGE, NOBODY, [[-10, 1, 11], [], [30]], [[1], [2, 2], [30]], LARGE):
            agree(engine, stem, rows, values)
        for name in values:
            agree(engine, stem, LARGE, values | {name: 20})
            agree(engine, stem, LARGE, values)


@each
def test_a_meeting_where_nobody_came_returns_the_prior(engine, stem):
    found = engine(stem, NOBODY, DEFAULTS[stem])["marginals"]
    prior = np.exp(-0.5 * (np.array(found["mu"]["values"]) / 10) ** 2)
    np.testing.assert_allclose(found["mu"]["probability"], prior / prior.sum(), atol=1e-12)
    for d in Department:
        new = found["theta[NEW]"]["probability"]
        np.testing.assert_allclose(found[f"theta[{d.name}]"]["probability"], new, atol=1e-15)
        if stem == "learned_variance":
            np.testing.assert_allclose(found[f"sigma[{d.name}]"]["probability"], 1 / 60, atol=1e-12)


def test_complete_pooling_weighs_departments_by_their_arrivals(engine):
    values = {"mu_scale": 7, "tau_scale": 3, "sigma": 11}
    limit = complete_pooling.posterior(LARGE_MEETING, mu=0, tau=7, sigma=11).theta.mean
    mark = engine("missing_data", LARGE, values)["references"]["complete pooling"]
    assert mark == pytest.approx(limit, abs=1e-6)
    assert engine("missing_data", NOBODY, values)["references"]["complete pooling"] == 0


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        (LARGE, []),
        (NOBODY, []),
        ([[3], [3], [3]], []),
        ([[5, 5, 6], [1], []], []),
        ([[5, 5], [1], [-2] * 8], [("GOVERNMENT", 2), ("MATH", 8)]),
    ],
)
def test_it_knows_when_the_posterior_is_improper_as_python_does(engine, rows, named):
    values = DEFAULTS["learned_variance"]
    told = engine("learned_variance", rows, values)["improper"]
    assert [(one["name"], one["count"]) for one in told] == named
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        learned_variance.posterior(padded(rows), **values)
    assert len(caught) == len(named)
    for one, warning in zip(told, caught, strict=True):
        assert f"{one['smallest']:.3f} minutes" in str(warning.message)


# --- the models contrasted ------------------------------------------------------------------------------

SCALES = {"mu_scale": 7, "tau_scale": 12, "sigma": 9, "sigma_scale": 3}
ROWS = ["theta[GOVERNMENT]", "theta[ENGLISH]", "theta[MATH]", "theta[NEW]"]
contrasted = pytest.mark.parametrize("model", CONTRASTED)


@contrasted
@pytest.mark.parametrize("rows", [LARGE, NOBODY, [[40] * 8, [], [-40, -39]]])
def test_the_model_chosen_is_drawn_and_every_mean_is_told(engine, model, rows):
    answer = engine("models_contrasted", rows, SCALES | {"model": model})
    beliefs = {name: department_posterior(name, padded(rows), **SCALES).theta_marginal for name in CONTRASTED}
    for place, name in enumerate(ROWS):
        np.testing.assert_allclose(
            answer["marginals"][name]["probability"], beliefs[model].probability[place], atol=1e-7
        )
    assert [told["name"] for told in answer["answers"]] == list(CONTRASTED)
    for told in answer["answers"]:
        assert list(told["means"].values()) == pytest.approx(list(beliefs[told["name"]].mean), abs=1e-5)
    others = {"mu", "tau", *(name for name in answer["marginals"] if name.startswith("sigma"))}
    learned = {"partial_pooling": 2, "learned_variance": 5}.get(model, 0)
    assert len(others & answer["marginals"].keys()) == learned


def test_what_a_model_keeps_does_not_show_in_its_answer(engine):
    def ask(rows, **values):
        told = engine("models_contrasted", rows, SCALES | {"model": "learned_variance"} | values)["answers"]
        return {one["name"]: one["means"]["theta[MATH]"] for one in told}

    first = ask(LARGE)
    for change in ({"sigma": 20}, {"sigma_scale": 20}, {"mu_scale": 1}, {"tau_scale": 1}):
        changed = ask(LARGE, **change)
        moved = {name for name, mean in changed.items() if mean != pytest.approx(first[name], abs=1e-9)}
        (setting,) = change
        assert moved == {
            "sigma": {"complete_pooling", "no_pooling", "partial_pooling"},
            "sigma_scale": {"learned_variance"},
        }.get(setting, {"partial_pooling", "learned_variance"})
        assert ask(LARGE) == first
    assert ask([[1], [], [-3]]) != first
    assert ask(LARGE, model="no_pooling") == first


@contrasted
def test_posterior_is_that_of_the_model_chosen(model):
    explorer = explore("models_contrasted", model=model, **SCALES)
    assert explorer.settings() | {"t": None} == {"t": None, "model": model, **SCALES}
    explorer.figure.t = [[3, 4], [], [-7]]
    t = padded(explorer.figure.t)
    wanted = {
        "complete_pooling": lambda: complete_pooling.posterior(t, sigma=9),
        "no_pooling": lambda: no_pooling.posterior(t, sigma=9),
        "partial_pooling": lambda: partial_pooling.posterior(t, mu_scale=7, tau_scale=12, sigma=9),
        "learned_variance": lambda: learned_variance.posterior(t, mu_scale=7, tau_scale=12, sigma_scale=3),
    }[model]()
    for found, marginal in zip(explorer.posterior(), wanted, strict=True):
        assert (found is None) == (marginal is None)
        if marginal is not None:
            np.testing.assert_array_equal(found.probability, marginal.probability)


def test_the_models_are_those_of_the_chapter():
    assert explore("models_contrasted").held[1].options == CONTRASTED
    explorer = explore("models_contrasted")
    np.testing.assert_array_equal(explorer.settings()["t"], LARGE_MEETING)
    assert explorer.settings()["model"] == "partial_pooling"
    explorer.figure.chosen = "no_pooling"
    assert explorer.posterior().mu is None


# --- the shell ------------------------------------------------------------------------------------------


@each
def test_it_begins_at_the_chapters_settings_and_the_large_meeting(stem):
    explorer = explore(stem)
    found = explorer.settings()
    np.testing.assert_array_equal(found.pop("t"), LARGE_MEETING)
    assert found == DEFAULTS[stem]
    assert list(explorer.sliders) == list(DEFAULTS[stem])
    assert explorer.figure.t == LARGE
    for trait in ("t", "held", "controls", *DEFAULTS[stem]):
        assert explorer.figure.trait_metadata(trait, "sync")


@each
@pytest.mark.parametrize(
    ("t", "rows"),
    [
        ([1, np.nan, 30], [[1], [], [30]]),
        ([[np.nan, 3], [-40, 40], [np.nan, np.nan]], [[3], [-40, 40], []]),
        (np.zeros((3, 0)), NOBODY),
        (np.full((3, 8), 7), [[7] * 8] * 3),
    ],
)
def test_the_meeting_may_be_ragged_or_empty(stem, t, rows):
    explorer = explore(stem, t=t)
    assert explorer.figure.t == rows
    assert explorer.figure.held[0]["initial"] == rows
    np.testing.assert_array_equal(
        explorer.settings()["t"], padded(rows)[:, : max(1, *map(len, rows))]
    )  # NaN where nobody is


@each
def test_posterior_goes_on_from_where_the_points_stand(stem):
    explorer = explore(stem, tau_scale=8)
    explorer.sliders["mu_scale"].value = 4.5
    explorer.figure.t = [[], [2, -5, 40], [35]]
    values = DEFAULTS[stem] | {"mu_scale": 4.5, "tau_scale": 8}
    wanted = MODELS[stem].posterior(padded(explorer.figure.t), **values)
    for found, marginal in zip(explorer.posterior(), wanted, strict=True):
        if marginal is not None:
            np.testing.assert_array_equal(found.probability, marginal.probability)


SHAPE = "t must have shape (3,) or (3, N) with N <= 8"


@pytest.mark.parametrize(
    ("stem", "values", "message"),
    [
        ("missing_data", {"t": [1, 2]}, f"{SHAPE}, got shape (2,)"),
        ("missing_data", {"t": [[1] * 9] * 3}, f"{SHAPE}, got shape (3, 9)"),
        (
            "missing_data",
            {"t": [[1], [1, 2], [3]]},
            f"{SHAPE}; fill a ragged meeting with NaN, got [[1], [1, 2]",
        ),
        ("missing_data", {"t": [[1, 41], [1, 2], [1, 3]]}, "t[GOVERNMENT,1] must be in [-40, 40], got 41"),
        ("missing_data", {"t": [[1, 2], [1, np.inf], [1, 1]]}, "t[ENGLISH,1] must be in [-40, 40], got inf"),
        ("missing_data", {"t": [1, 2, 1.5]}, "t[MATH,0] must be in [-40, 40] in steps of 1, got 1.5"),
        ("missing_data", {"t": ["a", 1, 2]}, "t must be minutes in [-40, 40] or NaN, got ['a', 1, 2]"),
        (
            "missing_data",
            {"sigma_scale": 5},
            "the settings of missing_data are t, mu_scale, tau_scale, sigma;",
        ),
        ("learned_variance", {"sigma_scale": 0.5}, "sigma_scale must be in [1, 20], got 0.5"),
        (
            "learned_variance",
            {"sigma": 15},
            "the settings of learned_variance are t, mu_scale, tau_scale, sigma_",
        ),
    ],
)
def test_bad_input_is_named(stem, values, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the beginning of the message is compared)
        explore(stem, **values)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("stem", [*DEFAULTS, "models_contrasted"])
@pytest.mark.parametrize("t", [LARGE_MEETING, np.full(3, np.nan), [[1, 1], [2, np.nan], [np.nan, np.nan]]])
def test_it_shows_a_still_picture_and_the_live_figure(stem, t, monkeypatch):
    shown = []
    monkeypatch.setattr("pooling.explorer.display", lambda output, **_: shown.append(output))
    explorer = explore(stem, t=t)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImproperPosteriorWarning)
        explorer._ipython_display_()
        theta = explorer.posterior().theta
    picture, live = shown
    assert picture.data.startswith('<div class="pooling-explorer-static">')
    for mean in theta.mean:
        assert f"E[θ] = {mean:z.2f}".replace("-", "−") in picture.data
    assert live["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id
