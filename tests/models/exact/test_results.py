"""What the exact engine gives back: one line, a small table, draws from a seed or a key, a warning."""

import jax
import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from pooling.exact import known_se, normal_groups
from pooling.exact.results import QuadratureWarning, checked_error
from pooling.priors import HalfCauchy, Normal

PRIORS = {"mu": Normal(0, 5), "tau": HalfCauchy(5)}
SCHOOLS = known_se([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18], **PRIORS)


def test_a_notebook_shows_a_line_or_a_small_table():
    shown, _ = DisplayFormatter().format(SCHOOLS)
    assert shown["text/plain"] == str(SCHOOLS) == repr(SCHOOLS)
    assert repr(SCHOOLS).startswith(
        "ExactPosterior(mu 4.397 ± 3.3, tau 3.598 ± 3.2; theta of 8 groups; error "
    )
    assert "\n" not in repr(SCHOOLS)
    table = shown["text/html"]
    assert table.count("<tr>") == 1 + 2 + 8
    assert "<th>theta[0]</th><td>6.212</td><td>5.59</td>" in table


def test_many_groups_show_no_more():
    many = normal_groups(
        np.full(10_000, 3), np.arange(10_000), np.ones(10_000), **PRIORS, sigma=HalfCauchy(1)
    )
    assert "sigma" in repr(many)
    assert "theta of 10,000 groups" in repr(many)
    assert len(repr(many)) < 120
    assert len(many._repr_html_()) < 1200
    assert "and 9,990 of theta more" in many._repr_html_()


@pytest.mark.parametrize("key", [0, 7, np.int64(7), jax.random.key(0), jax.random.PRNGKey(3)], ids=repr)
def test_a_seed_will_do_and_repeats(key):
    one, two = SCHOOLS.draw(key, 5), SCHOOLS.draw(key, np.int64(5))
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)
    assert one.theta.shape == (5, 8)
    assert not np.array_equal(one.mu, SCHOOLS.draw(11, 5).mu)


@pytest.mark.parametrize("key", [-1, 1.0, True, "a", None, jax.random.split(jax.random.key(0), 2)], ids=repr)
def test_other_keys_are_refused(key):
    with pytest.raises(ValueError, match="key must be an integer seed >= 0 or a single key"):
        SCHOOLS.draw(key, 5)


@pytest.mark.parametrize("n", [0, -1, 2.0, True, None])
def test_other_numbers_of_draws_are_refused(n):
    with pytest.raises(ValueError, match="n must be an integer >= 1, got"):
        SCHOOLS.draw(0, n)


@pytest.mark.parametrize("error", [2e-4, np.inf, np.nan])
def test_an_error_beyond_the_promise_warns_where_it_was_called(error):
    with pytest.warns(QuadratureWarning, match="posterior sds, more than 0.0001") as caught:
        checked_error(error, 1)
    assert caught[0].filename == __file__


def test_an_error_within_the_promise_does_not():
    assert checked_error(9e-5, 1) == 9e-5
