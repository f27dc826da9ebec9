"""Chapter 9's explorer without a browser: its engine, and its drawing, against `exact`."""

import drawings
import node
import numpy as np
import pytest
from pooling.exact import known_se
from pooling.explorer.exact_posterior import EXPLORER, numbers, posterior, tau_marginal
from pooling.priors import Normal


def given_tau(given, tau):
    return known_se(given["estimate"], given["se"], mu=Normal(0, given["mu_scale"]), tau=float(tau))


def tau_of(given):
    """Return p(tau | y), formed from the covariance of the estimates."""
    return tau_marginal(**{name: given[name] for name in ("estimate", "se", "mu_scale", "tau_scale")})


def test_the_engine_says_what_python_says():
    rng = np.random.default_rng(9)
    settings = [drawings.initial(EXPLORER), *(drawings.random_settings(EXPLORER, rng) for _ in range(12))]
    also = "{ fan: result.fan, tau: result.tau.probability }"
    with node.engine(EXPLORER, also=also) as ask:
        for one in settings:
            given = drawings.arguments(EXPLORER, one)
            expected = numbers(**given)
            said = ask(one, expected)
            assert said["told"] == pytest.approx(expected, rel=1e-4, abs=1e-4)
            for place, tau in ((0, 0), (7, 3.5), (60, 30)):
                fan = [row[place] for row in said["also"]["fan"]]
                np.testing.assert_allclose(fan, given_tau(given, tau).theta_mean, atol=1e-6)
            probability = list(said["also"]["tau"].values())
            np.testing.assert_allclose(probability, tau_of(given).probability, atol=1e-7)


def test_the_posterior_of_tau_is_that_of_exact():
    given = drawings.arguments(EXPLORER, drawings.initial(EXPLORER))
    exact, marginal = posterior(given), tau_of(given)
    assert marginal.median == pytest.approx(exact.tau_median, rel=1e-4)


def check_rows(drawing, given):
    """Eight rows from A down: the estimate with its error, the posterior with its sd, the mean given tau."""
    x = drawing.plot(drawing.all("pe-axes")[0]).x
    full, at = posterior(given), given_tau(given, given["tau"]).theta_mean
    svg, layer = drawing.one("pe-drawing"), drawing.one("pe-layer")

    def spans(kind):
        return np.array(drawing.pieces(drawing.one(kind, svg)))

    whiskers, bars, leaders = spans("pe-whisker"), spans("pe-bars"), spans("pe-leader")
    for drawn, middle, away in (
        (whiskers, given["estimate"], given["se"]), (bars, full.theta_mean, full.theta_sd)
    ):  # fmt: skip
        x.says(drawn[:, :, 0], np.column_stack([middle - away, middle + away]))
    x.says(leaders[:, 0, 0], at)
    dots = np.array([drawing.place(one) for one in drawing.all("pe-dot", svg)])
    x.says(dots[:, 0], full.theta_mean)
    diamonds = np.array([drawing.place(one) for one in drawing.all("pe-reference", svg)])
    x.says(diamonds[:, 0], at)
    np.testing.assert_array_equal(dots[:, 1], bars[:, 0, 1])
    names = drawing.all("pe-code", svg)
    assert [name.text for name in names] == list("ABCDEFGH")
    for rows in (whiskers[:, 0, 1], dots[:, 1], [float(name.get("y")) for name in names]):
        np.testing.assert_allclose(np.diff(rows), 38)
    handles = {node.get("data-control"): drawing.place(node)[0] for node in drawing.all("pe-handle", layer)}
    x.says([handles[f"estimate[{j}]"] for j in range(8)], given["estimate"])
    x.says([handles[f"se[{j}]"] for j in range(8)], given["estimate"] + given["se"])


def check_fan(drawing, given):
    """E[theta | tau] of each school over tau, its letter at its end; the posterior of tau under it."""
    plot = drawing.plot(drawing.all("pe-axes")[1])
    lines = [drawing.pieces(one)[0] for one in drawing.drawn("pe-fan")]
    for place, tau in ((0, 0), (9, 4.5), (60, 30)):
        plot.x.says([line[place, 0] for line in lines], tau)
        plot.y.says([line[place, 1] for line in lines], given_tau(given, tau).theta_mean)
    letters = [node for node in drawing.drawn("pe-tick") if node.text in tuple("ABCDEFGH")]
    heights = np.array([float(node.get("y")) for node in letters])
    ends = np.array([line[-1, 1] for line in lines])
    assert [node.text for node in letters] == list("ABCDEFGH")
    np.testing.assert_array_equal(ends[np.argsort(heights)], np.sort(ends))
    assert np.diff(np.sort(heights)).min() > 11.8  # clear of each other
    for line, tie, letter in zip(lines, drawing.drawn("pe-tie"), letters, strict=True):
        (((x0, y0), (x1, y1)),) = drawing.pieces(tie)  # from the end of its line to the middle of its letter
        np.testing.assert_allclose((x0, y0), line[-1], atol=0.06)
        assert (x1 + 2, y1 + 4) == pytest.approx([float(letter.get(name)) for name in "xy"], abs=0.06)

    marginal = tau_of(given)
    (hill,) = drawing.pieces(drawing.all("pe-posterior", drawing.one("pe-drawing"))[-1])
    (foot,) = drawing.pieces(drawing.all("pe-baseline")[1])

    def density(tau):
        return np.interp(tau, marginal.values, marginal.density)

    drawings.on_one_scale([drawings.Curve(plot.x, hill, foot[0, 1], density)])
    (now,) = drawing.pieces(drawing.like("the slider's tau")[0])
    plot.x.says(now[:, 0], given["tau"])


def test_everything_stands_where_python_has_it():
    for given, drawing in drawings.everywhere("exact_posterior", seed=9):
        check_rows(drawing, given)
        check_fan(drawing, given)


def test_what_was_set_before_is_dashed():
    before = drawings.initial(EXPLORER) | {"tau_scale": 20.0, "estimate": [60, -20, 0, 7, 9, 1, 18, 12]}
    with drawings.shown("exact_posterior") as show:
        drawing = show(before=before)
    x = drawing.plot(drawing.all("pe-axes")[0]).x
    full = posterior(drawings.arguments(EXPLORER, before))
    (past,) = (node for node in drawing.drawn("pe-ghost") if node.get("d"))
    ends = np.reshape([piece[[0, -1], 0] for piece in drawing.pieces(past)], (8, -1))
    x.says(ends[:, 0], full.theta_mean - full.theta_sd)
