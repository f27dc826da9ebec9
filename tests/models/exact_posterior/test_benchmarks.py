"""What pooling is benchmarks, against known risks; what the engine costs, told truly."""

import numpy as np
import pytest
from pooling.exact import normal_groups
from pooling.exact_posterior import benchmarks

J, REPLICATIONS = 10, 400


@pytest.fixture(scope="module")
def risks():
    return benchmarks.risks([0.0, 1.0, 4.0], n_groups=J, replications=REPLICATIONS)


def test_risks_that_are_known_in_closed_form(risks):
    # Complete pooling: (ȳ - theta_j)² has mean 1/J + tau² (1 - 1/J). No pooling: 1.
    known = 1 / J + risks.tau**2 * (1 - 1 / J)
    # ȳ - theta has variance about 1/J in its common part and tau² in the rest: J - 1 independent squares
    noise = np.sqrt(2 / REPLICATIONS) * np.hypot(
        1 / J, risks.tau**2 / np.sqrt(J - 1) + risks.tau / np.sqrt(J)
    )
    assert np.all(np.abs(risks.complete_pooling - known) < 4 * noise)
    assert np.all(np.abs(risks.no_pooling - 1) < 4 * np.sqrt(2 / (J * REPLICATIONS)))


def test_partial_pooling_is_close_to_the_better_extreme_and_beats_both_in_between(risks):
    better = np.minimum(risks.complete_pooling, risks.no_pooling)
    assert risks.partial_pooling[1] + 4 * risks.noise[1] < better[1]
    assert np.all(risks.partial_pooling < better + 0.12)
    assert np.all(risks.partial_pooling < risks.no_pooling)


def test_james_stein_beats_no_pooling_and_has_its_known_risk_far_out(risks):
    assert np.all(risks.james_stein < risks.no_pooling)
    # 1 - (J - 3)²/J · E[1/S], S ~ (1 + tau²) chi² with J - 1 degrees of freedom; min(1, ·) is idle there
    known = 1 - (J - 3) / J / (1 + 4.0**2)
    assert abs(risks.james_stein[2] - known) < 4 * np.sqrt(2 / (J * REPLICATIONS))


def test_the_noise_is_a_standard_error():
    few = [benchmarks.risks([1.0], replications=25, seed=seed) for seed in range(24)]
    spread = np.std([r.partial_pooling[0] for r in few], ddof=1)
    told = np.mean([r.noise[0] for r in few])
    assert 0.6 < spread / told < 1.6  # a sample sd of 24 is known to 15 %


def test_the_same_seed_gives_the_same_risks():
    again = [benchmarks.risks([1.0], replications=5, seed=3) for _ in range(2)]
    np.testing.assert_array_equal(*(r.partial_pooling for r in again))


def test_fewer_than_four_groups_are_refused():
    with pytest.raises(ValueError, match="n_groups must be >= 4, got 3"):
        benchmarks.risks([1.0], n_groups=3)


def test_cost_times_calls_that_are_compiled(monkeypatch):
    sizes = []
    monkeypatch.setattr(benchmarks, "normal_groups", lambda n, *_, **__: sizes.append(n.size))
    cost = benchmarks.cost([5, 7], repeats=2)
    assert sizes == [5, 5, 5, 7, 7, 7]
    assert np.all((cost.seconds > 0) & (cost.seconds < 1))
    np.testing.assert_array_equal(cost.n_groups, [5, 7])


def test_schools_are_what_the_priors_are_for():
    p = normal_groups(*benchmarks.schools(4000), **benchmarks.PRIORS)
    assert abs(p.mu_mean - 63) < 4 * p.mu_sd
    assert abs(p.tau_mean - 2) < 4 * p.tau_sd
    assert abs(p.sigma_mean - 10) < 4 * p.sigma_sd
