"""The explorer of fifty schools: its engine in Node against Python, and what picking a school does."""

import node
import numpy as np
import pytest
from pooling.exact import normal_groups
from pooling.explorer import explore, fifty_schools
from pooling.explorer.fifty_schools import EXPLORER, numbers, posterior, tau_marginal
from pooling.fifty_schools import simulate
from pooling.priors import Exponential, Normal
from pooling.shrinkage import shrink


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
