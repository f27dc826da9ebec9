"""Still pictures of chapters 1 to 7 show what their explorers show first."""

import pictures
import pytest
from pooling import complete_pooling, no_pooling
from pooling.explorer import explore
from pooling.explorer.meetings import still
from pooling.plots import meetings

pytestmark = pytest.mark.slow


def drawn(stem):
    explorer = explore(stem)
    return getattr(still, stem)(explorer.posterior(), explorer.settings())


@pytest.mark.parametrize("stem", still.__all__)
def test_it_keeps_the_rules_of_all_figures(stem):
    pictures.check(drawn(stem), drawn(stem))
    assert drawn(stem).alt.startswith("Default state.")


@pytest.mark.parametrize("model", [complete_pooling, no_pooling])
def test_one_scale_known_is_the_chapters_own_figure(model):
    stem = model.__name__.removeprefix("pooling.")
    settings = explore(stem).settings()
    figure = meetings.densities(model.posterior(**settings).theta, **settings)
    assert drawn(stem).alt == f"Default state. {figure.alt}"
    assert pictures.texts(drawn(stem)) == pictures.texts(figure)


def test_partial_pooling_shows_mu_tau_and_theta_at_once():
    posterior = explore("partial_pooling").posterior()
    shown, alt = set(pictures.texts(drawn("partial_pooling"))), drawn("partial_pooling").alt
    assert {f"E[θ] = {mean:z.2f}".replace("-", "−") for mean in posterior.theta.mean} <= shown
    low, high = posterior.tau.interval(0.94)
    assert f"median {posterior.tau.median:.2f}" in alt
    assert f"{low:.2f} to {high:.2f}" in alt or f"{low:.1f} to {high:.1f}" in alt
    # mu's mean if tau were 0: three arrivals that sum to 16, (sigma / mu_scale)² = 2.25
    assert f"Complete pooling: {16 / (3 + 2.25):.2f}." in alt
