"""The explorer of fifty schools: its engine in Node against Python, and what picking a school does."""

import drawings
import node
import numpy as np
import pytest
from pooling.exact import normal_groups
from pooling.explorer import explore, fifty_schools
from pooling.explorer.fifty_schools import EXPLORER, numbers, posterior, tau_marginal
from pooling.fifty_schools import simulate
from pooling.priors import Exponential, Normal
from pooling.shrinkage import shrink
from scipy.stats import expon, norm


def test_the_engine_says_what_python_says():
    rng = np.random.default_rng(1)
    settings = [
        {"tau": tau, "sigma": sigma, "school": k}
        for tau, sigma, k in [(0, 5, 0), (0, 20, 49), (10, 5, 6), (10, 20, 35), (1.3, 10, 6)]
        + [(rng.integers(101) / 10, rng.integers(10, 41) / 2, int(rng.integers(50))) for _ in range(15)]
    ]
    with node.engine(EXPLORER, also="Array.from(result.tau.probability)") as ask:
        for one in settings:
            said = ask(one, numbers(**one))
            assert said["told"] == pytest.approx(numbers(**one), abs=1e-5), one
            np.testing.assert_allclose(said["also"], tau_marginal(one["sigma"]).probability, atol=1e-9)


def test_the_posterior_of_tau_is_that_of_exact():
    schools = simulate()
    for sigma in (5.0, 10.0, 20.0):
        marginal = tau_marginal(sigma)
        exact = normal_groups(
            schools.n, schools.mean, schools.ss, mu=Normal(50, 10), tau=Exponential(1), sigma=sigma
        )
        assert marginal.mean == pytest.approx(exact.tau_mean, abs=1e-4)
        assert marginal.sd == pytest.approx(exact.tau_sd, abs=1e-3)
        assert marginal.median == pytest.approx(exact.tau_median, abs=1e-3)


def test_its_ends_are_complete_pooling_and_all_but_none():
    schools = simulate()
    complete = posterior({"tau": 0, "sigma": 10})
    assert np.ptp(complete.theta_mean) < 1e-9
    assert complete.theta_mean[0] == pytest.approx(complete.mu_mean)
    largest = posterior({"tau": 10, "sigma": 10})
    expected = shrink(schools.mean, schools.n, mu=largest.mu_mean, sigma=10, tau=10)
    np.testing.assert_allclose(largest.theta_mean, expected)
    assert np.abs(largest.theta_mean - schools.mean).max() < 1


def test_students_that_vary_more_leave_less_to_schools():
    medians = [tau_marginal(sigma).median for sigma in (5.0, 10.0, 15.0, 20.0)]
    assert (np.diff(medians) < 0).all()
    assert medians[-1] < 0.5


def test_the_school_picked_is_the_one_told():
    assert "mean:theta[17]" in numbers(tau=1.0, sigma=10.0, school=17.0)
    assert explore("fifty_schools", school=17).settings() == {"tau": 1.3, "sigma": 10, "school": 17}
    with pytest.raises(ValueError, match=r"school must be in \[0, 49\], got 50"):
        explore("fifty_schools", school=50)
    assert fifty_schools.EXPLORER.controls[2].max == simulate().n.size - 1


SCHOOLS = simulate()


def check_schools(drawing, given):
    """Arrows from own means to estimates, mu, and of the school picked its interval."""
    plot, found = drawing.plot(drawing.all("pe-axes")[0]), posterior(given)
    svg, k = drawing.one("pe-drawing"), int(given["school"])
    ways = np.array(drawing.pieces(drawing.one("pe-arrows", svg)))
    plot.x.says(ways[:, :, 0], np.column_stack([SCHOOLS.n, SCHOOLS.n]))
    plot.y.says(ways[:, :, 1], np.column_stack([SCHOOLS.mean, found.theta_mean]))
    *raw, own = (drawing.place(one) for one in drawing.all("pe-raw", svg))
    estimates = [drawing.place(one) for one in drawing.all("pe-estimate", svg)]
    np.testing.assert_array_equal(raw, ways[:, 0])
    np.testing.assert_array_equal(estimates, ways[:, 1])
    np.testing.assert_array_equal(own, raw[k])
    np.testing.assert_array_equal(drawing.place(drawing.one("pe-dot", svg)), estimates[k])
    (level,) = drawing.pieces(drawing.one("pe-level", svg))
    plot.y.says(level[:, 1], found.mu_mean)
    low, bar, high = drawing.pieces(drawing.one("pe-leader", svg))
    ends = norm(found.theta_mean[k], found.theta_sd[k]).interval(0.94)
    plot.y.says(bar[:, 1], np.clip(ends, 53, 70))
    plot.x.says([bar[0, 0], low[:, 0].mean(), high[:, 0].mean()], SCHOOLS.n[k])
    words = drawing.texts("pe-stat", svg)[0]
    told = [k, SCHOOLS.n[k], SCHOOLS.mean[k], found.theta_mean[k]]
    assert drawings.numbers(words) == pytest.approx(told, abs=0.0501)


def check_tau(drawing, given):
    """The posterior of tau over its prior, densities on one scale; its median, interval, and the slider's."""
    axes = drawing.all("pe-axes")[1]
    x, marginal = drawing.plot(axes).x, tau_marginal(given["sigma"])
    svg = drawing.one("pe-drawing")
    foot = drawing.pieces(drawing.one("pe-baseline", axes))[0][0, 1]
    (now,) = drawing.pieces(drawing.one("pe-centre", svg))
    x.says(now[:, 0], given["tau"])
    x.says(drawing.place(drawing.one("pe-head", svg))[0], given["tau"])
    (prior,) = drawing.pieces(drawing.one("pe-prior", svg))
    (hill,) = drawing.pieces(drawing.all("pe-posterior", svg)[-1])
    held = prior[:, 1] > now[1, 1] + 0.2  # not cut off at the top
    np.testing.assert_allclose(prior[~held, 1], now[1, 1], atol=0.2)
    drawings.on_one_scale([
        drawings.Curve(x, hill, foot, lambda tau: np.interp(tau, marginal.values, marginal.density)),
        drawings.Curve(x, prior[held], foot, expon.pdf),
    ])  # fmt: skip
    (span,) = drawing.pieces(drawing.one("pe-span", svg))
    x.says(span[:, 0], marginal.interval(0.94))
    x.says(drawing.place(drawing.one("pe-median", svg))[0], marginal.median)


def test_everything_stands_where_python_has_it():
    for given, drawing in drawings.everywhere("fifty_schools", seed=10):
        check_schools(drawing, given)
        check_tau(drawing, given)


def test_the_prior_is_cut_off_where_it_is_higher_than_there_is_room():
    """The posterior of tau is lowest at about 13: there the prior's top is above it."""
    at = drawings.initial(EXPLORER) | {"sigma": 13.0}
    assert tau_marginal(13.0).density.max() < 0.92 * expon.pdf(0)
    with drawings.shown("fifty_schools") as show:
        check_tau(show(at), drawings.arguments(EXPLORER, at))


def test_what_was_set_before_is_dashed():
    before = drawings.initial(EXPLORER) | {"tau": 0.0, "sigma": 17.0}
    with drawings.shown("fifty_schools") as show:
        drawing = show(before=before)
    plot = drawing.plot(drawing.all("pe-axes")[0])
    (past,) = (node for node in drawing.drawn("pe-ghost") if node.get("d"))
    places = np.array([piece.mean(axis=0) for piece in drawing.pieces(past)])
    plot.x.says(places[:, 0], SCHOOLS.n)
    plot.y.says(places[:, 1], posterior(before).theta_mean)
