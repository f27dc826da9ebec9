"""The explorers without a browser: their Python shell, and their engine against the memo programs."""

import importlib
import re
from itertools import pairwise

import drawings
import ipywidgets
import looked_at
import node
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from meetings_engine import FOLDER, by_name
from pooling import complete_pooling, missing_data, no_pooling, partial_pooling
from pooling.departments import ONE_MEETING, Department
from pooling.explorer import MODULES, Explorer, explore
from pooling.explorer import STEMS as ALL
from pooling.explorer.frontend.link import modules
from pooling.posterior import Marginal

MODELS = {
    "complete_pooling": complete_pooling,
    "no_pooling": no_pooling,
    "partial_pooling": partial_pooling,
}
STEMS = list(MODELS)
ARRIVALS = [f"t[{d.name}]" for d in Department]
REHEARSALS = 60


def _beside(stem):
    """Return the controls beside the arrivals."""
    return [c for c in explore(stem).controls if c.name not in ARRIVALS]


def _expected(stem, t, values):
    new = missing_data.new_department(t, **values) if stem == "partial_pooling" else None
    return by_name(MODELS[stem].posterior(t, **values), new)


minutes = st.floats(-40, 40) | st.just(np.nan)
scale, sigma = st.floats(1, 20), st.floats(5, 30)
FIXED = st.fixed_dictionaries({"mu": st.floats(-20, 20), "tau": scale, "sigma": sigma})
LEARNED = st.fixed_dictionaries({"mu_scale": scale, "tau_scale": scale, "sigma": sigma})
CASES = st.one_of(
    st.tuples(st.sampled_from(STEMS[:2]), st.tuples(minutes, minutes, minutes), FIXED),
    st.tuples(st.just("partial_pooling"), st.tuples(minutes, minutes, minutes), LEARNED),
)


@settings(max_examples=60, deadline=None)
@given(CASES)
def test_engine_agrees_with_the_memo_programs(engine, case):
    stem, t, values = case
    found = engine(stem, t, values)["marginals"]
    expected = _expected(stem, t, values)
    assert found.keys() == expected.keys()
    for name, marginal in expected.items():
        np.testing.assert_array_equal(found[name]["values"], marginal.values)
        np.testing.assert_allclose(found[name]["probability"], marginal.probability, atol=1e-7)


@settings(max_examples=60, deadline=None)
@given(CASES)
def test_summaries_agree_with_marginal(engine, case):
    for name, found in engine(*case)["marginals"].items():
        marginal = Marginal(np.array(found["values"]), np.array(found["probability"]))
        for summary in ("mean", "sd", "median"):
            assert found[summary] == pytest.approx(getattr(marginal, summary), abs=1e-9), (name, summary)
        # Two intervals may be equally narrow: what must agree is how narrow, and what it holds.
        lower, upper = marginal.interval(0.94)
        assert found["interval"][1] - found["interval"][0] == pytest.approx(upper - lower, abs=1e-9)
        cdf = np.concatenate([[0], np.cumsum(marginal.probability)])
        held = np.diff(np.interp(found["interval"], marginal.edges, cdf))
        assert held == pytest.approx(0.94, abs=1e-9)


@pytest.mark.parametrize("stem", STEMS)
def test_the_engine_at_the_ends_of_every_slider(engine, stem):
    controls = _beside(stem)
    for t in ((-40, -40, -40), (40, 40, 40), (-40, 40, -40)):
        for end in range(2 ** len(controls)):
            ends = {
                c.name: float((c.begin or (c.min, c.max))[end >> n & 1]) for n, c in enumerate(controls)
            }  # of the course grid; farther out: test_beyond
            found = engine(stem, t, ends)["marginals"]
            for name, marginal in _expected(stem, t, ends).items():
                np.testing.assert_allclose(found[name]["probability"], marginal.probability, atol=1e-7)


def test_nobody_anywhere_gives_the_prior_back(engine):
    nobody = [np.nan] * 3
    values = {"mu_scale": 10, "tau_scale": 3, "sigma": 15}
    found = engine("partial_pooling", nobody, values)["marginals"]
    prior = np.exp(-0.5 * (np.array(found["mu"]["values"]) / 10) ** 2)
    np.testing.assert_allclose(found["mu"]["probability"], prior / prior.sum(), atol=1e-12)


def test_reference_marks_are_the_limits_of_the_model(engine):
    t = ONE_MEETING.tolist()
    values = {"mu_scale": 7, "tau_scale": 3, "sigma": 11}
    mark = engine("partial_pooling", t, values)["references"]["complete pooling"]
    # tau → 0: one theta ~ N(0, mu_scale) for all, which is the model of chapter 1
    limit = complete_pooling.posterior(t, mu=0, tau=7, sigma=11).theta.mean
    assert mark == pytest.approx(limit, abs=1e-6)
    assert engine("complete_pooling", t, {"mu": 0, "tau": 20, "sigma": 15})["references"] == {
        "sample mean": pytest.approx(np.mean(t))
    }


# --- the shell ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stem", "defaults"),
    [
        ("complete_pooling", {"mu": 0, "tau": 20, "sigma": 15}),
        ("no_pooling", {"mu": 0, "tau": 20, "sigma": 15}),
        ("partial_pooling", {"mu_scale": 10, "tau_scale": 3, "sigma": 15}),
    ],
)
def test_it_begins_at_the_chapters_settings(stem, defaults):
    explorer = explore(stem)
    assert isinstance(explorer, Explorer)
    assert isinstance(explorer, ipywidgets.VBox)
    found = explorer.settings()
    assert found.pop("t").tolist() == ONE_MEETING.tolist()
    assert found == defaults


@pytest.mark.parametrize("stem", STEMS)
def test_every_slider_is_linked_to_a_synced_trait_of_the_figure(stem):
    explorer = explore(stem)
    assert list(explorer.sliders) == [c.name for c in _beside(stem)] + ARRIVALS
    ends = {link.source[0].description: link.target for link in explorer.links}
    words = {control.name: control.words for control in explorer.controls}
    for name, slider in explorer.sliders.items():
        figure, trait = ends[words[name]]
        assert slider.description == words[name]
        assert figure is explorer.figure
        assert figure.trait_metadata(trait, "sync")
        assert getattr(figure, trait) == slider.value


@pytest.mark.parametrize(
    ("name", "low", "high", "step"),
    [
        ("mu", -20, 20, 1),
        ("tau", 1, 60, 0.5),
        ("sigma", 5, 30, 1),
        ("mu_scale", 1, 60, 0.5),
        ("tau_scale", 1, 60, 0.5),
        ("t[MATH]", -120, 120, 1),
    ],
)
def test_ranges(name, low, high, step):
    sliders = explore("no_pooling").sliders | explore("partial_pooling").sliders
    slider = sliders[name]
    assert (slider.min, slider.max, slider.step) == (low, high, step)


def test_posterior_goes_on_from_where_the_sliders_stand():
    explorer = explore("partial_pooling", t=[2, -10, 20], tau_scale=8)
    explorer.sliders["mu_scale"].value = 4.5
    explorer.sliders["t[MATH]"].value = 35
    expected = partial_pooling.posterior([2, -10, 35], mu_scale=4.5, tau_scale=8, sigma=15)
    for found, wanted in zip(explorer.posterior()[:3], expected[:3], strict=True):
        np.testing.assert_array_equal(found.probability, wanted.probability)


@pytest.mark.parametrize(
    ("stem", "values", "message"),
    [
        ("partial_pooling", {"tau_scale": 0}, "tau_scale must be in [1, 20], got 0"),
        ("partial_pooling", {"tau_scale": np.nan}, "tau_scale must be in [1, 20], got nan"),
        ("partial_pooling", {"tau_scale": "3"}, "tau_scale must be in [1, 20], got '3'"),
        ("partial_pooling", {"tau_scale": None}, "tau_scale must be in [1, 20], got None"),
        ("partial_pooling", {"tau_scale": [3, 4]}, "tau_scale must be in [1, 20], got [3, 4]"),
        ("partial_pooling", {"tau_scale": True}, "tau_scale must be in [1, 20], got True"),
        ("partial_pooling", {"mu_scale": 3.3}, "mu_scale must be in [1, 20] in steps of 0.5, got 3.3"),
        ("no_pooling", {"sigma": -1}, "sigma must be in [5, 30], got -1"),
        ("no_pooling", {"t": [1, 2]}, "t must have shape (3,), got shape (2,)"),
        ("no_pooling", {"t": [[1], [1, 2], [3]]}, "t must have shape (3,), got [[1], [1, 2], [3]]"),
        ("no_pooling", {"t": [1, 2, np.inf]}, "t[MATH] must be in [-40, 40], got inf"),
        ("no_pooling", {"t": [1, 2, np.nan]}, "t[MATH] must be in [-40, 40], got nan"),
        ("no_pooling", {"t": "abc"}, "t must have shape (3,), got shape ()"),
        ("no_pooling", {"t": ["a", 1, 2]}, "t[GOVERNMENT] must be in [-40, 40], got 'a'"),
        ("no_pooling", {"tau_scale": 3}, "the settings of no_pooling are t, mu, tau, sigma; got 'tau_scale'"),
        ("pooling", {}, f"stem must be one of {', '.join(ALL)}, got 'pooling'"),
        (["no_pooling"], {}, f"stem must be one of {', '.join(ALL)}, got ['no_pooling']"),
    ],
)
def test_bad_input_is_named(stem, values, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the whole message is compared)
        explore(stem, **values)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("stem", STEMS)
def test_it_shows_a_still_picture_and_the_live_figure(stem, monkeypatch):
    shown = []
    monkeypatch.setattr("pooling.explorer.display", lambda output, **_: shown.append(output))
    explorer = explore(stem)
    explorer._ipython_display_()
    picture, live = shown
    assert picture.data.startswith('<div class="pooling-explorer-static">')
    assert "<svg" in picture.data
    view = live["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == explorer.model_id


# --- every engine -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", ALL)
def test_every_engine_tells_in_node_what_python_tells(stem):
    """It has `compute(settings, data)` and `number(result, quantity)`, and needs no page."""
    explorer = explore(stem)
    numbers = importlib.import_module(f"pooling.explorer.{MODULES[stem]}").numbers
    expected = numbers(**explorer.settings())
    settings = {one.name: one.initial for one in (*explorer.controls, *explorer.held)}
    with node.engine(explorer.kind) as ask:
        assert ask(settings, expected)["told"] == pytest.approx(expected, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("stem", ALL)
def test_no_engine_knows_the_page(stem):
    for path in modules(explore(stem).kind.folder / "engine.js"):
        page = r"\b(document|window|navigator|localStorage|requestAnimationFrame)\b"
        assert not re.search(page, path.read_text(encoding="utf-8")), path


# --- what stands around the drawing ------------------------------------------------------------------------

#: The kinds of numbers under each head of a table, where its first head is not "posterior, …".
HEADS = {
    ("minutes late", "by your dial", "by the data"): [["mean"], ["learned"]],
    ("departments differ by, minutes", "by the data"): [["median"]],
    ("weight of ȳ in", "w"): [["weight"]],
    ("given tau, points", "mean", "sd"): [["given"], ["given_sd"]],
    ("in company", "mean", "sd"): [["mean"], ["sd"]],
    ("in company", "median", "94 % HDI"): [["median"], ["lower", "upper"]],
    ("alone", "mean", "sd"): [["alone"], ["spread"]],
    ("this city moved", "by"): [["moved"]],
    ("the 60 others moved", "most", "least"): [["rise"], ["fall"]],
    ("widest : narrowest", "ratio"): [["narrowing"]],
    ("correlation with log τ", "r"): [["correlation"]],
    ("energy error of the path", "1000: diverged"): [["error"]],
    ("of these ranks", "value"): [["value"]],
    ("at the slider's kappa", "mean"): [["given"]],
    ("at the slider's tau", "mean"): [["given"]],
}
POSTERIOR = {"mean": ["mean"], "sd": ["sd"], "median": ["median"], "94 % HDI": ["lower", "upper"]}
#: What a page calls the groups that its settings know by number.
CALLED = {"exact_posterior": "ABCDEFGH", "proportions": explore("proportions").kind.data["names"]}
#: What is drawn on pages of this kind; that of chapter 18 is held in own_groups/.
DRAWN = drawings.DRAWN


def _at_start_and_anywhere(stem):
    """Yield what is drawn and what the engine says, which other tests hold to Python's numbers."""
    kind = explore(stem).kind
    rng = np.random.default_rng(20)
    settings = [*(drawings.random_settings(kind, rng) for _ in range(3)), drawings.initial(kind)]
    with node.engine(kind) as ask, drawings.shown(stem) as show:
        for before, one in pairwise(settings):
            drawing = show(one, before=before)
            yield drawing, ask(one, drawing.told())["told"]


def _is(text, value):
    """Return whether a text is this value, as far as it has digits."""
    if text.startswith("<"):
        return value < float(text.removeprefix("< "))
    return abs(float(text) - value) <= 0.5 * 10.0 ** -len(text.partition(".")[2]) + 1e-9


def _called(stem, name):
    return re.sub(r"\[(\d+)\]", lambda j: f"[{CALLED[stem][int(j[1])]}]", name) if stem in CALLED else name


@pytest.mark.parametrize("stem", DRAWN)
def test_a_table_tells_what_its_heads_say(stem):
    for drawing, numbers in _at_start_and_anywhere(stem):
        for heads, rows in drawing.tables():
            kinds = HEADS.get(tuple(heads)) or [POSTERIOR[head] for head in heads[1:]]
            assert tuple(heads) in HEADS or heads[0].startswith("posterior, ")
            for head, cells in rows:
                for (texts, quantities), expected in zip(cells, kinds, strict=True):
                    assert [one.partition(":")[0] for one in quantities] == expected
                    assert {_called(stem, one.partition(":")[2]) for one in quantities} == {head}
                    assert all(map(_is, texts, [numbers[one] for one in quantities])), (head, texts)


@pytest.mark.parametrize("stem", DRAWN)
def test_the_voice_says_the_numbers_of_the_tables(stem):
    for drawing, numbers in _at_start_and_anywhere(stem):
        said = 0
        for _, rows in drawing.tables():
            for head, [(_, [quantity, *_]), *_] in rows:
                words = f"{quantity.partition(':')[0]} of {re.sub(r'[][_]', ' ', head).strip()}"
                for text in re.findall(rf"{words} ((?:< )?-?\d*\.?\d+)(?=[,;. ])", drawing.voice()):
                    assert _is(text, numbers[quantity]), (words, text)
                    said += 1
        assert said == drawing.voice().count(" of ") > 0


#: Looks of the legend that the drawing has by other classes.
OTHERWISE = {
    "pe-puck pe-ENGLISH": "pe-own-mean",  # the department's colour, for what a reader moves
    "pe-fill": "pe-rings",
    "pe-ring": "pe-marker",
}


@pytest.mark.parametrize("stem", DRAWN)
def test_each_mark_of_the_legend_is_drawn(stem):
    with drawings.shown(stem) as show:
        drawing = show()
    for words, parts in drawing.looks().items():
        for n, look in enumerate(parts):
            assert drawing.like(words, n) or drawing.drawn(OTHERWISE[look]), (words, look)


@pytest.mark.parametrize("stem", DRAWN)
def test_it_is_drawn_as_somebody_has_looked_at_it(stem):
    changed = looked_at.difference(f"explorer.{stem}", looked_at.explorer(stem))
    assert not changed, f"{changed}; look at it, and if that is meant, `make looked-at`"


# --- what is rehearsed while the page is idle --------------------------------------------------------------


@pytest.mark.parametrize("stem", DRAWN)
def test_what_is_rehearsed_leaves_no_trace(stem):
    kind = explore(stem).kind
    start, moved = drawings.initial(kind), drawings.random_settings(kind, np.random.default_rng(20))

    with drawings.shown(stem) as show:

        def told(settings, **page):
            drawing = show(settings, **page)
            times = int(drawing.root.attrib.pop("data-idle", 0))
            # each choice has a number of its own
            return re.sub(r"pe-(map|choice)-\d+", r"pe-\1", drawing.xml), times

        assert told(start, idle="before") == (told(start)[0], REHEARSALS)
        # what is moved then is compared with what was shown, not with what was rehearsed
        then, _ = told(moved, before=start)
        assert told(moved, before=start, idle="before") == (then, REHEARSALS)
        assert told(moved, before=start, idle="after") == (then, 0)  # the reader has moved it himself


# --- the JavaScript as it is shipped ------------------------------------------------------------------------


@pytest.mark.parametrize("stem", ALL)
def test_the_modules_are_linked_into_the_one_module_that_anywidget_takes(stem, tmp_path):
    figure = explore(stem).figure
    path = tmp_path / "linked.mjs"
    path.write_text(figure._esm, encoding="utf-8")
    program = f'console.log(JSON.stringify(typeof (await import("{path.as_uri()}")).default.render))'
    assert node.run(program) == "function"
    for text in (figure._esm, figure._css):
        assert "//" not in text.replace("http://www.w3.org/2000/svg", "").replace("// ", "")  # no host


def test_every_module_is_shipped_and_short():
    shipped = {path for stem in ALL for path in modules(explore(stem).kind.folder / "view.js")}
    shipped |= set(modules(FOLDER / "double_count" / "view.js"))  # of chapter 3, and no explorer
    exact = set((FOLDER / "exact").glob("*.js"))  # one engine for all, of which no page needs every part
    assert shipped | exact == set(FOLDER.rglob("*.js"))
    for path in FOLDER.rglob("*"):
        if path.suffix in (".js", ".py"):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 205, path.name
