"""Fifty schools: the data, the three models, their fits against the exact posterior, and predictions."""

import logging

import numpy as np
import pymc as pm
import pytest
import xarray as xr
from pooling import fifty_schools, sampling
from pooling.exact import normal_groups
from pooling.fifty_schools import fit, school_means, simulate
from pooling.priors import Exponential, Normal
from pooling.sampling import standard_errors_apart
from scipy import stats

pytestmark = pytest.mark.slow

MODELS = {
    "complete": fifty_schools.complete_pooling_model,
    "no": fifty_schools.unpooled_model,
    "partial": fifty_schools.partial_pooling_model,
}
PRIORS = {
    "complete": {"mu": Normal(50, 10), "tau": 0},
    "no": {"mu": 50, "tau": 10},
    "partial": {"mu": Normal(50, 10), "tau": Exponential(1)},
}


@pytest.fixture(scope="module")
def data():
    return simulate()


@pytest.fixture(scope="module")
def fits(data, tmp_path_factory):
    """Sample each model once, by itself: nothing that was kept earlier is read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(sampling.FOLDER, str(tmp_path_factory.mktemp("fits")))
        patch.setenv(sampling.QUIET, "1")
        return {name: fit(build(data)) for name, build in MODELS.items()}


@pytest.fixture(autouse=True)
def quiet():
    logging.getLogger("pymc").setLevel(logging.WARNING)


# --- data ---------------------------------------------------------------------------------------------


def test_chapter_8_s_own_drawing_gives_the_same_schools(data):
    """Size, true mean and scores of each school as chapter 8 drew them, school after school."""
    rng = np.random.default_rng(42)
    n = rng.integers(2, 100, 50)
    theta = rng.normal(63, 2, 50)
    scores = [rng.normal(mean, 10, size) for mean, size in zip(theta, n, strict=True)]
    np.testing.assert_array_equal(data.n, n)
    np.testing.assert_array_equal(data.theta, theta)
    np.testing.assert_array_equal(data.y, np.concatenate(scores))
    np.testing.assert_allclose(data.mean, [y.mean() for y in scores])
    np.testing.assert_allclose(data.ss, [((y - y.mean()) ** 2).sum() for y in scores])


def test_same_seed_same_schools():
    for one, other in zip(simulate(3), simulate(3), strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(simulate(3).n, simulate(4).n)


def test_sizes_and_shapes():
    data = simulate(1, n_groups=5000)
    assert (data.n.min(), data.n.max()) == (2, 99)
    assert data.n.shape == data.mean.shape == data.ss.shape == data.theta.shape == (5000,)
    np.testing.assert_array_equal(np.bincount(data.school), data.n)
    assert (np.diff(data.school) >= 0).all()
    assert abs(data.theta.mean() - 63) < 4 * 2 / 5000**0.5
    assert abs(data.theta.std() - 2) < 4 * 2 / 10000**0.5
    within = np.sqrt(data.ss.sum() / (data.n - 1).sum())
    assert abs(within - 10) < 4 * 10 / np.sqrt(2 * data.y.size)


@pytest.mark.parametrize("n_groups", [0, -1, 2.0, "50"])
def test_bad_numbers_of_groups_are_named(n_groups):
    with pytest.raises(ValueError, match=f"n_groups must be an integer >= 1, got {n_groups!r}"):
        simulate(n_groups=n_groups)


def test_school_means(data):
    np.testing.assert_allclose(school_means(data.y, data), data.mean)
    many = school_means(np.stack([data.y, data.y + 1]), data)
    np.testing.assert_allclose(many, [data.mean, data.mean + 1])
    with pytest.raises(ValueError, match=r"y must have 2733 columns, a student each, got shape \(2, 7\)"):
        school_means(np.zeros((2, 7)), data)


def test_the_order_of_the_students_does_not_matter(data):
    order = np.random.default_rng(0).permutation(data.y.size)
    mixed = data._replace(school=data.school[order], y=data.y[order])
    np.testing.assert_allclose(school_means(mixed.y, mixed), data.mean, rtol=1e-12)
    many = school_means(np.stack([mixed.y, mixed.y + 1]), mixed)
    np.testing.assert_allclose(many, [data.mean, data.mean + 1], rtol=1e-12)


@pytest.mark.parametrize(("code", "told"), [(-1, "-1 at 3; a code of -1 is how pandas"), (50, "50 at 3")])
def test_a_code_that_is_none_is_refused(data, code, told):
    school = data.school.copy()
    school[3] = code
    wrong = data._replace(school=school)
    with pytest.raises(ValueError, match=rf"data\.school must be between 0 and 49, got {told}"):
        school_means(data.y, wrong)
    for model in MODELS.values():
        with pytest.raises(ValueError, match=r"data\.school must be between 0 and 49"):
            model(wrong)
    with pytest.raises(ValueError, match=r"data\.school must be 2733 whole numbers"):
        school_means(data.y, data._replace(school=school + 0.0))


# --- models -------------------------------------------------------------------------------------------


def shapes(model):
    return {quantity.name: tuple(quantity.shape.eval()) for quantity in model.basic_RVs}


def test_quantities_of_each_model(data):
    rest = {"sigma": (), "y": (2733,)}
    assert shapes(MODELS["complete"](data)) == {"theta": (), **rest}
    assert shapes(MODELS["no"](data)) == {"theta": (50,), **rest}
    assert shapes(MODELS["partial"](data)) == {"mu": (), "tau": (), "theta": (50,), **rest}


@pytest.mark.parametrize("name", MODELS)
def test_the_density_is_the_stated_one(name, data):
    """Each line of the model by SciPy, at a point of our own."""
    from scipy import stats

    model = MODELS[name](data)
    rng = np.random.default_rng(0)
    mu, tau, sigma = 61.0, 1.7, 9.0
    theta = rng.normal(60, 3, () if name == "complete" else 50)
    log_p = stats.expon.logpdf(sigma) + np.log(sigma)  # PyMC's unknown is its log
    log_p += stats.norm.logpdf(data.y, theta if name == "complete" else theta[data.school], sigma).sum()
    point = {"theta": theta, "sigma_log__": np.log(sigma)}
    if name == "partial":
        log_p += stats.norm.logpdf(mu, 50, 10) + stats.expon.logpdf(tau) + np.log(tau)
        log_p += stats.norm.logpdf(theta, mu, tau).sum()
        point |= {"mu": np.array(mu), "tau_log__": np.log(tau)}
    else:
        log_p += stats.norm.logpdf(theta, 50, 10).sum()
    # PyTensor takes the log of a small integer, such as the 10, in single precision
    assert model.compile_logp()(point) == pytest.approx(log_p, abs=1e-5)


@pytest.mark.parametrize("unit", [1, 100, 0.01])
def test_priors_in_the_data_s_unit_go_with_the_data(data, unit):
    """Data and parameters in another unit: the density is what SciPy says, each number in that unit."""
    from scipy import stats

    rng = np.random.default_rng(0)
    mu, tau, sigma, theta = (unit * x for x in (61.0, 1.7, 9.0, rng.normal(60, 3, 50)))
    model = fifty_schools.data_unit_model(data._replace(y=unit * data.y), unit=unit)
    log_p = stats.norm.logpdf(mu, 50 * unit, 25 * unit) + stats.norm.logpdf(theta, mu, tau).sum()
    log_p += stats.halfnorm.logpdf(tau, scale=10 * unit) + stats.halfnorm.logpdf(sigma, scale=20 * unit)
    log_p += np.log(tau) + np.log(sigma)  # PyMC's unknowns are their logs
    log_p += stats.norm.logpdf(unit * data.y, theta[data.school], sigma).sum()
    point = {"mu": np.array(mu), "tau_log__": np.log(tau), "theta": theta, "sigma_log__": np.log(sigma)}
    assert model.compile_logp()(point) == pytest.approx(log_p, abs=1e-5)


def test_a_unit_that_is_none_is_refused(data):
    with pytest.raises(ValueError, match=r"unit must be .*got 0"):
        fifty_schools.data_unit_model(data, unit=0)


def test_edges_between_quantities(data):
    def edges(model):
        return {(start, end) for end, starts in pm.model_graph.ModelGraph(model).make_compute_graph().items()
                for start in starts}  # fmt: skip

    below = {("theta", "y"), ("sigma", "y")}
    assert edges(MODELS["complete"](data)) == edges(MODELS["no"](data)) == below
    assert edges(MODELS["partial"](data)) == below | {("mu", "theta"), ("tau", "theta")}


# --- posteriors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_each_fit_is_within_four_standard_errors_of_exact(name, data, fits):
    exact = normal_groups(data.n, data.mean, data.ss, sigma=Exponential(1), **PRIORS[name])
    tree = fits[name]
    quantities = {"complete": ("theta", "sigma"), "no": ("theta", "sigma")}
    for quantity in quantities.get(name, ("theta", "mu", "tau", "sigma")):
        for of in ("mean", "sd"):
            known = getattr(exact, f"{quantity}_{of}")
            if name == "complete" and quantity == "theta":
                known = known[0]  # the same for all schools
            assert np.abs(standard_errors_apart(tree, quantity, known, of=of)).max() < 4, (quantity, of)


def test_a_wrong_answer_would_be_noticed(data, fits):
    """Against the exact posterior with another prior of the population, several schools are far off."""
    other = normal_groups(
        data.n, data.mean, data.ss, mu=Normal(50, 10), tau=Exponential(3), sigma=Exponential(1)
    )
    assert np.abs(standard_errors_apart(fits["partial"], "theta", other.theta_mean)).max() > 4


def test_no_pooling_pulls_towards_its_prior_as_one_student_would(data, fits):
    mean = fits["no"].posterior["theta"].mean(("chain", "draw")).values
    sigma = float(fits["no"].posterior["sigma"].mean())
    students = (sigma / 10) ** 2
    np.testing.assert_allclose(mean, (data.n * data.mean + students * 50) / (data.n + students), atol=0.25)


# --- predictions --------------------------------------------------------------------------------------


def test_replicated_scores_have_a_column_a_student(data, fits):
    few = fits["partial"].sel(draw=slice(0, 5))
    with MODELS["partial"](data):
        drawn = pm.sample_posterior_predictive(few, random_seed=1, progressbar=False)
    y = drawn.posterior_predictive["y"]
    assert y.sizes == {"chain": 4, "draw": 6, "student": 2733}
    assert school_means(y.values, data).shape == (4, 6, 50)


def test_a_new_school_has_the_hyperposteriors_spread(data, fits):
    with fifty_schools.new_school_model(data, 25):
        drawn = pm.sample_posterior_predictive(
            fits["partial"],
            var_names=["theta_new", "y_new"],
            predictions=True,
            random_seed=1,
            progressbar=False,
        ).predictions
    assert drawn["theta_new"].sizes == {"chain": 4, "draw": 1000}
    assert drawn["y_new"].sizes == {"chain": 4, "draw": 1000, "new_student": 25}
    exact = normal_groups(data.n, data.mean, data.ss, sigma=Exponential(1), **PRIORS["partial"])
    theta, y = drawn["theta_new"].values.ravel(), drawn["y_new"].values.reshape(4000, 25)
    between = exact.tau_mean**2 + exact.tau_sd**2 + exact.mu_sd**2
    within = exact.sigma_mean**2 + exact.sigma_sd**2
    for x, variance in ((theta, between), (y[:, 0], between + within), (y.mean(1), between + within / 25)):
        squares = (x - exact.mu_mean) ** 2
        # half of the 4,000 draws: those of the population resemble their predecessors
        assert abs(x.mean() - exact.mu_mean) < 4 * np.sqrt(variance / 2000)
        assert abs(squares.mean() - variance) < 4 * squares.std() / np.sqrt(2000)
    assert np.var(theta) > exact.theta_sd.max() ** 2  # of no school that was seen one is as unsure


@pytest.mark.parametrize("n_new", [0, 2.5])
def test_bad_numbers_of_new_students_are_named(n_new, data):
    with pytest.raises(ValueError, match=f"n_new must be an integer >= 1, got {n_new}"):
        fifty_schools.new_school_model(data, n_new)


# --- leaving out --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twenty():
    """Return twenty schools, and independent draws from their exact posterior."""
    few = simulate(seed=7, n_groups=20)
    return few, drawn(few.n, few.mean, few.ss, seed=3, n_draws=4000)


def drawn(n, mean, ss, *, seed, n_draws):
    exact = normal_groups(n, mean, ss, mu=Normal(50, 10), tau=Exponential(1), sigma=Exponential(0.1))
    draws = exact.draw(seed, n_draws)
    return {name: np.asarray(getattr(draws, name)) for name in ("mu", "tau", "sigma", "theta")}


def as_fit(draws):
    axes = {"theta": ("chain", "draw", "school")}
    return xr.DataTree.from_dict({"posterior": xr.Dataset({
        name: (axes.get(name, ("chain", "draw")), x.reshape(4, -1, *x.shape[1:])) for name, x in draws.items()
    })})  # fmt: skip


def log_mean(log_p):
    """Return the log of a mean density over independent draws, and its standard error."""
    p = np.exp(log_p - log_p.max(axis=0))
    error = p.std(axis=0, ddof=1) / p.mean(axis=0) / len(p) ** 0.5
    return np.log(p.mean(axis=0)) + log_p.max(axis=0), error


def test_a_school_s_scores_are_jointly_normal(twenty):
    few, _ = twenty
    mu, tau, sigma = np.array([60.0, 64.0]), np.array([0.0, 3.0]), np.array([9.0, 12.0])
    found = fifty_schools.log_schools(mu, tau, sigma, few)
    for k in range(2):
        for j, n in enumerate(few.n):
            covariance = tau[k] ** 2 + sigma[k] ** 2 * np.eye(n)
            joint = stats.multivariate_normal(np.full(n, mu[k]), covariance)
            np.testing.assert_allclose(found[k, j], joint.logpdf(few.y[few.school == j]), rtol=1e-9)


def test_students_of_a_school_without_spread_add_up_to_the_school(twenty):
    few, _ = twenty
    one_by_one = fifty_schools.log_students(np.full(20, 61.0), 9.5, few)
    assert one_by_one.shape == few.y.shape
    np.testing.assert_allclose(one_by_one, stats.norm.logpdf(few.y, 61.0, 9.5))
    added = np.bincount(few.school, one_by_one)
    np.testing.assert_allclose(added, fifty_schools.log_schools(61.0, 0.0, 9.5, few))


def test_leaving_out_a_school_is_to_fit_the_others(twenty):
    """By weights from one fit, and by the exact posterior of the others; where k says that it can be done."""
    few, draws = twenty
    log_p = fifty_schools.log_schools(draws["mu"], draws["tau"], draws["sigma"], few)
    weighted = fifty_schools.leave_out(as_fit(draws), log_p.reshape(4, -1, 20))
    _, own_error = log_mean(-log_p)
    good = np.flatnonzero(weighted.pareto_k.values < 0.7)
    assert good.size >= 15
    for j in good[::3]:
        there = np.arange(20) != j
        rest = drawn(few.n * there, few.mean, few.ss * there, seed=11 + j, n_draws=20_000)
        exact, error = log_mean(fifty_schools.log_schools(rest["mu"], rest["tau"], rest["sigma"], few)[:, j])
        assert abs(float(weighted.elpd_i[j]) - exact) < 4 * np.hypot(own_error[j], error)


def test_leaving_out_a_student_is_to_fit_the_others(twenty):
    few, draws = twenty
    log_p = fifty_schools.log_students(draws["theta"], draws["sigma"], few)[:, :40]
    weighted = fifty_schools.leave_out(as_fit(draws), log_p.reshape(4, -1, 40))
    _, own_error = log_mean(-log_p)
    for i in (0, 13, 39):
        j, there = few.school[i], np.arange(few.y.size) != i
        mine = few.y[there & (few.school == j)]
        n, mean, ss = few.n.copy(), few.mean.copy(), few.ss.copy()
        n[j], mean[j], ss[j] = mine.size, mine.mean(), ((mine - mine.mean()) ** 2).sum()
        rest = drawn(n, mean, ss, seed=31 + i, n_draws=20_000)
        exact, error = log_mean(fifty_schools.log_students(rest["theta"], rest["sigma"], few)[:, i])
        assert abs(float(weighted.elpd_i[i]) - exact) < 4 * np.hypot(own_error[i], error)


def test_one_more_student_and_one_more_school_are_two_questions(twenty):
    """Draws that know a school cannot be weighted as if it had never been; those of a population can."""
    few, draws = twenty
    known = np.stack([
        fifty_schools.log_students(draws["theta"], draws["sigma"], few)[:, few.school == j].sum(axis=1)
        for j in range(20)
    ], axis=-1)  # fmt: skip
    forgets = fifty_schools.log_schools(draws["mu"], draws["tau"], draws["sigma"], few)
    tree = as_fit(draws)
    worst = [
        float(fifty_schools.leave_out(tree, x.reshape(4, -1, 20)).pareto_k.max()) for x in (known, forgets)
    ]
    assert worst[0] > worst[1]


def test_what_is_left_out_has_the_draws_of_the_fit(twenty):
    with pytest.raises(ValueError, match=r"log_p must have shape \(4, 1000, 'M'\), .*got \(4, 999, 2\)"):
        fifty_schools.leave_out(as_fit(twenty[1]), np.zeros((4, 999, 2)))
