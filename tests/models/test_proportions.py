"""Hits of 18 players: the data, the four models, and their fits against the exact posterior."""

import csv
import fnmatch
import logging
import tomllib
from io import StringIO

import numpy as np
import pytest
from places import ROOT
from pooling import proportions, sampling
from pooling.exact import binomial_groups
from pooling.proportions import data, fit, simulate
from pooling.sampling import standard_errors_apart
from scipy import special, stats

#: Efron and Morris (1975), table 1, as the literature quotes it: average of 45 at-bats, of the rest.
QUOTED = """Clemente .400 .346  Robinson .378 .298  Howard .356 .276  Johnstone .333 .222  Berry .311 .273
Spencer .311 .270  Kessinger .289 .263  Alvarado .267 .210  Santo .244 .269  Swoboda .244 .230
Unser .222 .264
Williams .222 .256  Scott .222 .303  Petrocelli .222 .264  Rodriguez .222 .226  Campaneris .200 .285
Munson .178 .316  Alvis .156 .200"""
MODELS = {
    "complete": proportions.complete_pooling_model,
    "no": proportions.unpooled_model,
    "partial": proportions.partial_pooling_model,
    "beta-binomial": proportions.beta_binomial_model,
    "logit-normal": proportions.logit_normal_model,
}


# --- data ---------------------------------------------------------------------------------------------


def test_the_players_are_those_of_the_literature():
    words = QUOTED.split()
    batting = data()
    assert [name.split()[-1] for name in batting.player] == words[::3]
    np.testing.assert_array_equal(np.round(batting.hits / batting.at_bats, 3), np.array(words[1::3], float))
    np.testing.assert_array_equal(batting.rest_average, np.array(words[2::3], float))
    assert (batting.at_bats == 45).all()
    assert batting.rest_at_bats.min() == 70
    assert batting.rest_at_bats.max() == 586


def test_the_table_is_read_as_it_stands():
    text = (ROOT / "code" / "pooling" / "data" / "batting.csv").read_text("utf8")
    rows = list(csv.reader(StringIO(text)))[1:]
    batting = data()
    assert [[*map(str, row)] for row in zip(*batting, strict=True)] == rows


def test_each_table_is_shipped_with_the_package_and_has_its_source_told():
    """Whatever of the package is no module is named in pyproject, or whoever installs it lacks it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["tool"]["setuptools"]
    patterns = settings["package-data"]["*"]
    package = ROOT / "code" / "pooling"
    others = {path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    for path in others:
        told = path.suffix in {".py", ".md"} or any(fnmatch.fnmatch(path.name, one) for one in patterns)
        assert told, path
    sources = (package / "data" / "README.md").read_text("utf8")
    tables = sorted(path.name for path in (package / "data").glob("*.csv"))
    assert "batting.csv" in tables
    for table in tables:
        assert f"| `{table}` |" in sources


# --- simulated players --------------------------------------------------------------------------------


def test_same_seed_same_players_whatever_their_at_bats():
    few, many = simulate(3), simulate(3, at_bats=450)
    np.testing.assert_array_equal(few.p, many.p)
    for one, other in zip(simulate(3), few, strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(few.p, simulate(4).p)
    assert few.at_bats.tolist() == 18 * [45]
    assert many.at_bats.tolist() == 18 * [450]


def test_simulated_players_have_the_moments_of_their_population():
    season = simulate(1, players=20_000, at_bats=100, mean=0.3, concentration=50)
    sd = np.sqrt(0.3 * 0.7 / 51)
    assert abs(season.p.mean() - 0.3) < 4 * sd / np.sqrt(20_000)
    assert season.p.std() == pytest.approx(sd, rel=4 / np.sqrt(40_000))
    own = season.hits / season.at_bats
    both = np.sqrt(sd**2 + 0.3 * 0.7 / 100 * 50 / 51)  # of abilities and of luck
    assert own.std() == pytest.approx(both, rel=4 / np.sqrt(40_000))


def test_what_is_simulated_is_about_as_varied_as_the_rest_of_the_season_says():
    """Variance of the averages, less that of luck: the sd of the truth is 0.02 to 0.03."""
    batting = data()
    rest, n = batting.rest_average, batting.rest_at_bats
    luck = np.mean(rest * (1 - rest) / n)
    truth = np.sqrt(rest.var(ddof=1) - luck)
    assert 0.02 < truth < 0.03
    m, kappa = proportions.MEAN, proportions.CONCENTRATION
    assert np.sqrt(m * (1 - m) / (kappa + 1)) == pytest.approx(truth, abs=1e-3)
    assert m == pytest.approx(rest.mean(), abs=1e-3)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"at_bats": 0}, "at_bats must be an integer >= 1, got 0"),
        ({"at_bats": 45.0}, "at_bats must be an integer >= 1, got 45.0"),
        ({"players": -1}, "players must be an integer >= 1, got -1"),
        ({"mean": 26.5}, r"mean must be in \(0, 1\), got 26.5: it is a share of hits"),
        ({"mean": 0}, r"mean must be in \(0, 1\), got 0"),
        ({"concentration": 0}, "concentration must be > 0 and finite, got 0"),
    ],
)
def test_bad_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        simulate(**settings)


# --- models -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_the_density_is_the_stated_one(name):
    """Each line of the model by SciPy, at a point of our own, on players with unequal at-bats."""
    batting = data()._replace(at_bats=np.arange(20, 56, 2))
    model = MODELS[name](batting)
    rng = np.random.default_rng(0)
    m, kappa, mu, tau = 0.3, 40.0, -1.2, 0.4
    z = rng.normal(size=18)
    p = {
        "complete": np.full(18, 0.28),
        "no": rng.uniform(0.1, 0.6, 18),
        "partial": rng.uniform(0.1, 0.6, 18),
        "beta-binomial": np.full(18, 0.5),
        "logit-normal": special.expit(mu + tau * z),
    }[name]
    log_p = stats.binom.logpmf(batting.hits, batting.at_bats, p).sum()
    if name == "beta-binomial":  # all p integrated out
        shape = m * kappa, (1 - m) * kappa
        log_p = stats.betabinom.logpmf(batting.hits, batting.at_bats, *shape).sum()
    point = {}
    if name == "complete":
        point = {"p_logodds__": special.logit(p[0])}
        log_p += np.log(p[0] * (1 - p[0]))  # PyMC's unknown is the log odds
    elif name == "logit-normal":
        point = {"mu": np.array(mu), "tau_log__": np.log(tau), "z": z}
        log_p += stats.norm.logpdf(mu, -1, 1) + stats.halfnorm.logpdf(tau) + np.log(tau)
        log_p += stats.norm.logpdf(z).sum()
    elif name != "beta-binomial":
        point = {"p_logodds__": special.logit(p)}
        log_p += np.log(p * (1 - p)).sum()
    if name == "partial":
        log_p += stats.beta.logpdf(p, m * kappa, (1 - m) * kappa).sum()
    if name in ("partial", "beta-binomial"):
        log_p += np.log(m * (1 - m)) + stats.pareto.logpdf(kappa, 1.5) + np.log(kappa - 1)
        (own,) = (v.name for v in model.value_vars if v.name.startswith("kappa"))
        transform = model.rvs_to_transforms[model["kappa"]]
        forward = transform.forward(kappa, *model["kappa"].owner.inputs).eval()
        point |= {"m_logodds__": special.logit(m), own: np.array(forward)}
        assert forward == pytest.approx(np.log(kappa - 1))
    assert model.compile_logp()(point) == pytest.approx(log_p, abs=1e-5)


@pytest.fixture(scope="module")
def fits(tmp_path_factory):
    """Sample each model once, by itself: nothing that was kept earlier is read."""
    logging.getLogger("pymc").setLevel(logging.WARNING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(sampling.FOLDER, str(tmp_path_factory.mktemp("fits")))
        patch.setenv(sampling.QUIET, "1")
        # as it stands the partial pooling model is centred: now and then a step of it diverges
        return {name: fit(build(data()), checked=name != "partial") for name, build in MODELS.items()}


@pytest.mark.slow
def test_nuts_agrees_with_what_is_known(fits):
    """Complete and no pooling are beta distributions; partial pooling has the exact engine."""
    batting = data()
    hits, n = batting.hits, batting.at_bats
    known = {
        ("complete", "p"): stats.beta(1 + hits.sum(), 1 + (n - hits).sum()),
        ("no", "p"): stats.beta(1 + hits, 1 + n - hits),
    }
    for (name, of), answer in known.items():
        for kind, value in (("mean", answer.mean()), ("sd", answer.std())):
            assert np.abs(standard_errors_apart(fits[name], of, value, of=kind)).max() < 4, (name, kind)
    exact = binomial_groups(hits, n)
    for kind, p, m in (("mean", exact.p_mean, exact.mean_mean), ("sd", exact.p_sd, exact.mean_sd)):
        assert np.abs(standard_errors_apart(fits["partial"], "p", p, of=kind)).max() < 4
        for name in ("partial", "beta-binomial"):
            assert abs(standard_errors_apart(fits[name], "m", m, of=kind)) < 4, (name, kind)
    import arviz_stats

    tree = fits["beta-binomial"]
    below = (tree.posterior["kappa"] < exact.concentration_median).astype(float)
    error = arviz_stats.mcse(below.to_dataset(name="x"))["x"].item()
    assert abs(below.mean().item() - 0.5) < 4 * error
    # p_j given m and kappa has a mean in closed form, whose average over the draws is E[p_j | y]
    m, kappa = (tree.posterior[name] for name in ("m", "kappa"))
    for j in (0, 17):
        given = ((m * kappa + hits[j]) / (kappa + n[j])).to_dataset(name="x")
        error = arviz_stats.mcse(given)["x"].item()
        assert abs(given["x"].mean().item() - exact.p_mean[j]) < 4 * error


@pytest.mark.slow
def test_the_logit_normal_is_what_a_quadrature_of_its_own_says(fits):
    """Each p given mu and tau by one integral a kind of player, then mu and tau on a grid."""
    batting = data()
    mu, tau = np.linspace(-2.2, 0.2, 61)[:, None, None], np.linspace(0.005, 2.5, 80)[:, None]
    x, w = np.polynomial.hermite_e.hermegauss(60)
    theta = mu + tau * x
    kinds, which = np.unique(batting.hits, return_inverse=True)
    likelihood = np.array([w * special.expit(theta) ** h * special.expit(-theta) ** (45 - h) for h in kinds])
    evidence = likelihood.sum(axis=-1)
    given = (likelihood * special.expit(theta)).sum(axis=-1) / evidence
    log_p = (
        np.log(evidence[which]).sum(axis=0)
        + (stats.norm.logpdf(mu, -1, 1) + stats.halfnorm.logpdf(tau))[..., 0]
    )
    weight = np.exp(log_p - log_p.max())
    expected = (given[which] * weight).sum(axis=(1, 2)) / weight.sum()
    assert np.abs(standard_errors_apart(fits["logit-normal"], "p", expected)).max() < 4
