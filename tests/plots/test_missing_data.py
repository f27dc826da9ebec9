"""The figures of chapter 5 draw and say the numbers they were given."""

import artists
import numpy as np
import pictures
import pytest
from pooling.departments import LARGE_MEETING
from pooling.grids import COURSE, PUBLISHED
from pooling.plots import missing_data as figures
from pooling.plots.style import DEPARTMENTS
from pooling.posterior import Marginal


def bell(x, mean, sd):
    """Normal probabilities on the points x, a row for each mean."""
    p = np.exp(-0.5 * ((x - np.atleast_1d(mean)[:, None]) / np.atleast_1d(sd)[:, None]) ** 2)
    return Marginal(x, np.squeeze(p / p.sum(axis=1, keepdims=True)))


PARTIAL = bell(COURSE.theta, [-0.5, -5, 4.5], [6, 7, 10])
WIDER = bell(PUBLISHED.theta, [-0.25, -7, 8], [6, 6, 5])
NEW = bell(COURSE.theta, -0.75, 11)
COUNTS = {
    "learned": (np.array([-5.0, 4, 13]), np.array([10.0, 11, 12])),
    "kept": (np.array([-5.0, np.nan, -3]), np.zeros(3)),
}
FIGURES = {
    "newcomer": lambda: figures.with_newcomer(PARTIAL, NEW, t=LARGE_MEETING),
    "pairs": lambda: figures.side_by_side(
        {"tau_scale 1": (WIDER, PARTIAL), "tau_scale 20": (PARTIAL, PARTIAL)}, columns=("old", "new")
    ),
    "counts": lambda: figures.by_count(COUNTS, xlabel="n", ylabel="θ", level=30, level_name="mean"),
}
PICTURES = {name: figure() for name, figure in FIGURES.items()}
each_picture = pytest.mark.parametrize("name", FIGURES)


@each_picture
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


def test_the_newcomer_is_drawn_and_said():
    shown = set(pictures.texts(PICTURES["newcomer"]))
    assert {"Government", "English", "Math", "E[θ] = 4.50", "E[θ] = −0.75"} <= shown
    assert "Psychology: observed nobody, mean -0.75, sd 11.00" in PICTURES["newcomer"].alt
    assert "Math: observed 30.00, partial pooling 4.50." in PICTURES["newcomer"].alt


def test_an_absent_department_can_stand_beside_the_newcomer():
    t = LARGE_MEETING.copy()
    t[1] = np.nan
    picture = figures.with_newcomer(PARTIAL, NEW, t=t, name="Physics")
    assert "English: observed nobody, partial pooling -5.00." in picture.alt
    assert "Physics: observed nobody" in picture.alt


def test_both_sides_are_named_and_said():
    assert {"old", "new", "tau_scale 1", "tau_scale 20", "Math 8.00", "Math 4.50"} <= set(
        pictures.texts(PICTURES["pairs"])
    )
    assert (
        "tau_scale 1: old Government -0.25, English -7.00, Math 8.00; "
        "new Government -0.50, English -5.00, Math 4.50." in PICTURES["pairs"].alt
    )


def test_counts_begin_at_zero_and_leave_gaps():
    assert "learned: 0: -5.00 (10.00), 1: 4.00 (11.00), 2: 13.00 (12.00)." in PICTURES["counts"].alt
    assert "kept: 0: -5.00, 2: -3.00. mean: 30." in PICTURES["counts"].alt
    assert {"0", "1", "2", "learned", "kept", "mean"} <= set(pictures.texts(PICTURES["counts"]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: figures.by_count({}, xlabel="", ylabel=""), "lines must hold 1 or 2 of them, got 0"),
        (
            lambda: figures.by_count({"a": ([1, 2], [1])}, xlabel="", ylabel=""),
            r"lines\['a'\] must be two arrays of one length, got \(2,\) and \(1,\)",
        ),
        (lambda: figures.side_by_side({}, columns=("a", "b")), "rows must hold at least one setting"),
        (lambda: figures.with_newcomer(PARTIAL, NEW, t=[1, 2]), "t must have shape"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_count_has_its_center_and_its_spread(drawn):
    fig = drawn("counts")
    (ax,) = fig.axes
    looks = artists.legend_looks(fig)
    assert list(looks) == ["learned", "kept"]
    for name, (center, spread) in COUNTS.items():
        (line,) = (line for line in ax.lines if artists.look(line) == looks[name])
        x, y = line.get_data()
        np.testing.assert_array_equal(np.round(x), [0, 1, 2])
        np.testing.assert_array_equal(y, center)
        ends = artists.segments(ax, looks[name].color)
        seen = np.isfinite(center)
        np.testing.assert_allclose(ends[:, :, 1], np.column_stack([center - spread, center + spread])[seen])
        np.testing.assert_array_equal(ends[:, :, 0], np.column_stack([x, x])[seen])
    assert artists.lines(ax, artists.TEXT)[0][1].tolist() == [30, 30]
    assert artists.words(ax) == [("mean", 0, 30)]  # on the left, where no mark comes near
    assert artists.ticks(ax.xaxis) == {"0": 0, "1": 1, "2": 2}


def test_the_newcomer_is_drawn_below_the_three_on_their_scale(drawn):
    fig = drawn("newcomer")
    looks = artists.legend_looks(fig)
    top = PARTIAL.density.max()
    for d, (ax, mean, arrivals) in enumerate(zip(fig.axes, (-0.5, -5, 4.5), LARGE_MEETING, strict=False)):
        color = DEPARTMENTS[d].color
        (x, y) = artists.lines(ax, color, artists.NO_MARK)[0]
        np.testing.assert_allclose((x, y), (COURSE.theta, PARTIAL.density[d] / top))
        np.testing.assert_array_equal(artists.marks(ax, color, looks["arrivals"].marker)[:, 0], arrivals)
        ((estimate, level),) = artists.marks(ax, color, looks["partial pooling"].marker)
        ((observed, start),) = artists.marks(ax, color, looks["their mean"].marker)
        assert (estimate, observed) == (pytest.approx(mean, abs=0.01), np.nanmean(arrivals))
        assert artists.arrows(ax) == [((observed, start), (estimate, level))]
        assert level < start < 0
    below = fig.axes[3]
    (x, y), (at, _) = artists.lines(below)[:2]
    np.testing.assert_allclose((x, y), (COURSE.theta, NEW.density / top))
    assert at == pytest.approx(-0.75, abs=0.01)
    assert artists.look(below.lines[1]).marker == looks["partial pooling"].marker
    assert artists.words(below)[0][0].startswith("Psychology")


def test_both_sides_are_drawn_under_their_names(drawn):
    fig = drawn("pairs")
    looks = artists.legend_looks(fig)
    assert list(looks) == ["Government", "English", "Math"]
    for ax, marginal in zip(fig.axes, (WIDER, PARTIAL, PARTIAL, PARTIAL), strict=True):
        for look, density in zip(looks.values(), marginal.density, strict=True):
            (x, y) = next(
                line.get_data()
                for line in ax.lines
                if artists.look(line) == look._replace(marker=artists.NO_MARK)
            )
            np.testing.assert_array_equal((x, y), (marginal.values, density))
        ((at, height),) = artists.marks(ax, looks["Math"].color, looks["Math"].marker)
        assert at == marginal.mean[2]
        assert height == pytest.approx(np.interp(at, marginal.values, marginal.density[2]))
    assert [artists.words(ax)[-1][0] for ax in fig.axes[:2]] == ["old", "new"]
    assert [ax.get_title("left") for ax in fig.axes] == ["tau_scale 1", "", "tau_scale 20", ""]


def test_the_newcomers_interval_is_told():
    low, high = NEW.interval(0.94)
    assert PICTURES["newcomer"].alt.endswith(f"sd 11.00, 94 % HDI {low:.2f} to {high:.2f}.")
    assert PICTURES["counts"].alt.startswith("θ (and spread) by n. ")
