"""Learned variance: against a quadrature of its own, a brute-force joint, and its limits."""

import importlib.util
import itertools
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pooling import grids, learned_variance
from pooling.departments import LARGE_MEETING, ONE_MEETING, Department
from pooling.grids import COURSE
from pooling.learned_variance import ImproperPosteriorWarning, posterior, sigma_grids
from pooling.learned_variance import exact as exact_variance
from pooling.learned_variance.sum_order import cost, summed_early, summed_late
from scipy import integrate, special, stats

pytestmark = pytest.mark.slow

GOVERNMENT, ENGLISH, MATH = Department
SCALES = (1, 3, 10, 20)
NOBODY = np.nan


# -- a quadrature that shares no code with the package ------------------------------------------------------


def _one_arrival(r, sigma_scale):
    """Return exp(a) E1(a), a = r²/2s²: density of an arrival r from theta, up to a constant."""
    a = np.square(r) / (2 * sigma_scale**2)
    near, far = np.clip(a, 1e-300, 50), np.maximum(a, 50)
    fraction = 1 / (far + 1 - 1 / (far + 3 - 4 / (far + 5 - 9 / (far + 7))))
    return np.where(a < 50, np.exp(near) * special.exp1(near), fraction)


class Quadrature:
    """The posterior by convolution: theta and mu on one fine, wide axis; tau and sigma on log axes.

    The likelihood L_d(theta) has sigma integrated out: in closed form for one arrival, exp(a) E1(a)
    with a = (t - theta)²/2s², by the trapezoidal rule in log sigma for more. p(t_d | mu, tau) is L_d
    smoothed by N(0, tau), done with Fourier transforms; so is p(theta_d | others) from p(mu, tau | others).
    """

    STEP, SIZE = 0.1, 8192
    SIGMA_STEP = 0.05

    def __init__(self, t, sigma_scale):
        self.x = (np.arange(self.SIZE) - self.SIZE // 2) * self.STEP
        self.tau = np.exp(np.arange(np.log(1e-4), np.log(400), 0.15))
        frequency = np.fft.rfftfreq(self.SIZE, self.STEP)
        self.kernel = np.exp(-2 * (np.pi * self.tau[:, None] * frequency) ** 2)
        self.sigma = sigma_scale * np.exp(np.arange(-12, 12, self.SIGMA_STEP))
        self.sigma_prior = stats.halfcauchy.pdf(self.sigma, 0, sigma_scale) * self.sigma
        rows = [row[~np.isnan(row)] for row in np.asarray(t, float).reshape(3, -1)]
        self.given_sigma = [self._given_sigma(row) for row in rows]
        self.likelihood = [
            self._one(*row, sigma_scale) if row.size == 1 else self.sigma_prior @ table
            for row, table in zip(rows, self.given_sigma, strict=True)
        ]
        self.evidence = [self._smooth(np.fft.rfft(row)) for row in self.likelihood]

    def _given_sigma(self, row):
        """Density of the arrivals given (sigma, x); a sigma below the step does not resolve it."""
        n = row.size
        if n == 0:
            return np.ones((self.sigma.size, self.SIZE))
        sd = np.maximum(self.sigma / n**0.5, self.STEP)[:, None]
        squares = np.sum((row - row.mean()) ** 2)
        within = self.sigma ** (1.0 - n) * np.exp(-squares / (2 * self.sigma**2))
        return within[:, None] * stats.norm.pdf(row.mean(), self.x, sd)

    def _one(self, t, sigma_scale):
        """Mean density over each cell: at the arrival itself it is infinite, its mean is not."""
        node, weight = np.polynomial.legendre.leggauss(6)
        r = np.abs(self.x - t)[:, None] + node * self.STEP / 2
        density = _one_arrival(r, sigma_scale) @ weight / 2
        half = self.STEP / 2
        at = integrate.quad(_one_arrival, 0, half, args=(sigma_scale,), epsrel=1e-10)[0] / half
        return np.where(np.abs(self.x - t) < half, at, density)

    def _smooth(self, transformed):
        return np.fft.irfft(transformed * self.kernel, self.SIZE)

    def answer(self, mu_scale, tau_scale):
        """Return E[theta_d] and the median of sigma_d."""
        prior = stats.norm.pdf(self.x, 0, mu_scale)
        prior = prior * (stats.halfcauchy.pdf(self.tau, 0, tau_scale) * self.tau)[:, None]
        means, medians = [], []
        for d in range(3):
            a, b = (self.evidence[k] for k in range(3) if k != d)
            transformed = np.fft.rfft(prior * a * b) * self.kernel
            others = np.fft.irfft(transformed.sum(axis=0), self.SIZE)
            theta = others * self.likelihood[d]
            means.append(theta @ self.x / theta.sum())
            cdf = np.cumsum(self.sigma_prior * (self.given_sigma[d] @ others))
            medians.append(np.interp(cdf[-1] / 2, cdf, np.log(self.sigma) + self.SIGMA_STEP / 2))
        return np.array(means), np.exp(medians)


def test_quadrature_has_the_known_values():
    quadrature = Quadrature(LARGE_MEETING, 5)
    assert quadrature.answer(10, 1)[0][MATH] == pytest.approx(4.162, abs=0.001)
    assert quadrature.answer(10, 10)[0][MATH] == pytest.approx(17.10, abs=0.005)


# -- the course grid ----------------------------------------------------------------------------------------

#: Largest error reached with the large meeting, by sigma_scale: of E[theta_d] in minutes, of the median of
#: sigma_d in percent. At sigma_scale = 20 English's sigma is far down in the prior's lower tail, where its
#: quantiles are sparse.
REACHED = {
    1: ([0.10, 0.02, 0.35], [2.5, 0.5, 3.0]),
    5: ([0.06, 0.02, 0.18], [0.5, 0.5, 2.0]),
    10: ([0.06, 0.04, 0.18], [0.5, 0.5, 2.0]),
    20: ([0.06, 0.08, 0.18], [0.5, 4.0, 2.0]),
}


@pytest.mark.parametrize("sigma_scale", REACHED)
def test_course_grid_is_as_near_to_exact_as_it_says(sigma_scale):
    quadrature = Quadrature(LARGE_MEETING, sigma_scale)
    of_mean, of_median = [], []
    scales = SCALES if sigma_scale in (5, 20) else (1, 20)
    for mu_scale, tau_scale in itertools.product(scales, scales):
        mean, median = quadrature.answer(mu_scale, tau_scale)
        settings = {"mu_scale": mu_scale, "tau_scale": tau_scale, "sigma_scale": sigma_scale}
        grid = posterior(LARGE_MEETING, **settings)
        of_mean.append(np.abs(grid.theta.mean - mean))
        of_median.append(100 * np.abs(grid.sigma.median / median - 1))
    minutes, percent = REACHED[sigma_scale]
    assert np.all(np.max(of_mean, axis=0) <= minutes), np.max(of_mean, axis=0)
    assert np.all(np.max(of_median, axis=0) <= percent), np.max(of_median, axis=0)


@pytest.mark.parametrize(
    "t",
    [
        ONE_MEETING,
        [[-3, 8, NOBODY], [20, 22, NOBODY], [5, NOBODY, NOBODY]],
        [[0, -40, 12], [38, 40, 33], [-7, NOBODY, NOBODY]],
    ],
    ids=["one", "pairs", "far"],
)
def test_course_grid_with_other_meetings(t):
    quadrature = Quadrature(t, 5)
    for mu_scale, tau_scale in ((1, 20), (10, 3), (20, 20)):
        mean, median = quadrature.answer(mu_scale, tau_scale)
        grid = posterior(t, mu_scale=mu_scale, tau_scale=tau_scale)
        np.testing.assert_allclose(grid.theta.mean, mean, atol=0.6)
        np.testing.assert_allclose(grid.sigma.median, median, rtol=0.05)


def _small_program(monkeypatch):
    """Load the module's programs a second time, on a grid small enough for brute force."""
    small = grids.Grid(
        mu=np.array([-10.0, 0, 10]),
        tau=np.array([2.0, 9]),
        theta=np.arange(-25.0, 26, 10),
        u=np.array([0.25, 0.5, 0.75]),
    )
    monkeypatch.setattr(grids, "COURSE", small)
    spec = importlib.util.spec_from_file_location("small_learned_variance", learned_variance.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return small, module


def _cell_likelihood(row, theta, sigma, blur):
    """Mean of prod N(t_i; theta', sigma) over theta' ~ N(theta, blur), by a fine sum."""
    fine = np.linspace(theta - 8 * blur, theta + 8 * blur, 4001)
    density = np.prod([stats.norm.pdf(x, fine, sigma) for x in row] or [np.ones_like(fine)], axis=0)
    weight = stats.norm.pdf(fine, theta, blur)
    return density @ weight / weight.sum()


def test_every_marginal_is_that_of_the_brute_force_joint(monkeypatch):
    """All eight unknowns enumerated at once; sigma_posterior goes another way, from the others to d."""
    small, program = _small_program(monkeypatch)
    t = np.array([[-4, 3, NOBODY], [-15, -14, -12], [18, NOBODY, NOBODY]])
    scales = {"mu_scale": 8.0, "tau_scale": 4.0, "sigma_scale": 6.0}
    sigma = 6 * np.tan(np.pi * small.u / 2)
    rows = [row[~np.isnan(row)] for row in t]
    likelihood = [
        np.array([[_cell_likelihood(row, k, s, 5.0) for s in sigma] for k in small.theta]) for row in rows
    ]
    given = stats.norm.pdf(small.theta, small.mu[:, None, None], small.tau[:, None])
    given /= given.sum(axis=-1, keepdims=True)
    hyper = stats.norm.pdf(small.mu, 0, 8)[:, None] * stats.halfcauchy.pdf(small.tau, 0, 4)
    # m, t: mu and tau; a, b, c: the thetas; i, j, k: the sigmas
    joint = np.einsum("mt,mta,mtb,mtc,ai,bj,ck->mtabcijk", hyper, given, given, given, *likelihood)
    joint /= joint.sum()

    def marginal(axis):
        return joint.sum(axis=tuple(a for a in range(8) if a != axis))

    with jax.enable_x64(True):
        arguments = jnp.asarray(t), *scales.values()
        population = program.population_posterior(*arguments)
        theta, sigma = program.theta_posterior(*arguments), program.sigma_posterior(*arguments)
    np.testing.assert_allclose(population, joint.sum(axis=tuple(range(2, 8))), atol=1e-10)
    np.testing.assert_allclose(theta, [marginal(2), marginal(3), marginal(4)], atol=1e-10)
    np.testing.assert_allclose(sigma, [marginal(5), marginal(6), marginal(7)], atol=1e-10)


def test_shapes_and_masses():
    result = posterior(LARGE_MEETING, mu_scale=10, tau_scale=3)
    shapes = {"theta": (3, 321), "mu": (121,), "tau": (60,), "sigma": (3, 60)}
    for name, shape in shapes.items():
        marginal = getattr(result, name)
        assert marginal.probability.shape == shape
        np.testing.assert_allclose(marginal.probability.sum(axis=-1), 1, atol=1e-10)


def test_permuting_departments_permutes_the_answer():
    order = [2, 0, 1]
    a = posterior(LARGE_MEETING, mu_scale=10, tau_scale=3)
    b = posterior(LARGE_MEETING[order], mu_scale=10, tau_scale=3)
    np.testing.assert_allclose(b.theta.probability, a.theta.probability[order], atol=1e-12)
    np.testing.assert_allclose(b.sigma.probability, a.sigma.probability[order], atol=1e-12)
    np.testing.assert_allclose(b.tau.probability, a.tau.probability, atol=1e-12)


def test_mirrored_meeting_mirrors_the_answer():
    a = posterior(LARGE_MEETING, mu_scale=10, tau_scale=3)
    b = posterior(-LARGE_MEETING, mu_scale=10, tau_scale=3)
    np.testing.assert_allclose(b.theta.probability, a.theta.probability[:, ::-1], atol=1e-12)
    np.testing.assert_allclose(b.sigma.probability, a.sigma.probability, atol=1e-12)


def test_nobody_came_returns_the_prior():
    result = posterior(np.full((3, 3), NOBODY), mu_scale=10, tau_scale=3, sigma_scale=7)
    np.testing.assert_allclose(result.sigma.probability, 1 / 60, atol=1e-12)
    np.testing.assert_allclose(result.sigma.median, 7, rtol=1e-9)
    prior = stats.norm.pdf(COURSE.mu, 0, 10)
    np.testing.assert_allclose(result.mu.probability, prior / prior.sum(), atol=1e-12)
    prior = stats.halfcauchy.pdf(COURSE.tau, 0, 3)
    np.testing.assert_allclose(result.tau.probability, prior / prior.sum(), atol=1e-12)


@settings(max_examples=8)
@given(st.lists(st.integers(-40, 40), min_size=3, max_size=3), st.floats(1, 20), st.floats(1, 20))
def test_one_arrival_each_is_finite_and_within_the_data_and_the_prior(t, mu_scale, sigma_scale):
    meeting = np.full((3, 3), NOBODY)
    meeting[:, 1] = t
    result = posterior(meeting, mu_scale=mu_scale, tau_scale=5, sigma_scale=sigma_scale)
    assert np.all(result.theta.mean >= min(*t, 0) - 1e-6)
    assert np.all(result.theta.mean <= max(*t, 0) + 1e-6)
    assert np.all(np.isfinite(result.sigma.median) & (result.sigma.median > 0))


def test_many_observations_do_not_underflow():
    t = np.random.default_rng(0).normal([[0], [-10], [10]], [[2], [8], [20]], (3, 200))
    result = posterior(t, mu_scale=10, tau_scale=10)
    np.testing.assert_allclose(result.theta.mean, t.mean(axis=1), atol=0.3)
    # The posterior of sigma_d is narrower than a cell of its grid; each cell is 3 to 5 % wide there.
    np.testing.assert_allclose(result.sigma.median, t.std(axis=1), rtol=0.06)


def test_the_scattered_department_shrinks_further():
    t = np.array([[5, 20, 35], [19, 20, 21], [-1, 0, 1]])
    result = posterior(t, mu_scale=10, tau_scale=3)
    assert result.theta.mean[GOVERNMENT] < result.theta.mean[ENGLISH] - 3
    assert result.sigma.median[GOVERNMENT] > 5 * result.sigma.median[ENGLISH]


# -- identical observations ---------------------------------------------------------------------------------


def test_identical_arrivals_warn_and_the_answer_follows_the_smallest_sigma():
    t = LARGE_MEETING.copy()
    t[ENGLISH] = -15
    with pytest.warns(ImproperPosteriorWarning, match=r"3 arrivals of ENGLISH .*0\.065 minutes"):
        result = posterior(t, mu_scale=10, tau_scale=10)
    assert result.sigma.median[ENGLISH] < 0.1
    medians = [
        sigma_grids.posterior(t, sigma_grids.quantiles(n), mu_scale=10, tau_scale=10).sigma.median[ENGLISH]
        for n in (60, 600)
    ]
    assert medians[0] == pytest.approx(10 * medians[1], rel=0.1)


@pytest.mark.parametrize(
    "row", [[-15, -15, -14], [-15, NOBODY, NOBODY], [NOBODY] * 3], ids=["two of three", "one", "nobody"]
)
def test_no_warning_unless_all_of_a_department_are_identical(row):
    t = LARGE_MEETING.copy()
    t[ENGLISH] = row
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        posterior(t, mu_scale=10, tau_scale=10)


# -- the order of sums, and other grids ---------------------------------------------------------------------


def test_summing_sigma_early_changes_the_price_and_not_the_answer():
    arguments = jnp.asarray(LARGE_MEETING), 10.0, 10.0, 5.0
    early, late = (cost(program, *arguments, runs=5) for program in (summed_early, summed_late))
    np.testing.assert_allclose(early.answer, late.answer, atol=1e-5)
    np.testing.assert_allclose(early.answer.sum(axis=1), 1, atol=1e-5)
    assert late.megabytes >= 20 * early.megabytes
    assert late.seconds >= 10 * early.seconds


def test_quantiles_are_the_grid_of_the_chapter():
    a = posterior(LARGE_MEETING, mu_scale=10, tau_scale=3)
    b = sigma_grids.posterior(LARGE_MEETING, sigma_grids.quantiles(60), mu_scale=10, tau_scale=3)
    np.testing.assert_allclose(b.theta.probability, a.theta.probability, atol=1e-12)
    np.testing.assert_allclose(b.sigma.probability, a.sigma.probability, atol=1e-12)
    np.testing.assert_allclose(b.sigma.median, a.sigma.median, rtol=1e-9)


def test_a_uniform_grid_loses_the_tail_whatever_its_spacing():
    def math(grid):
        return sigma_grids.posterior(LARGE_MEETING, grid, mu_scale=10, tau_scale=1).theta.mean[MATH]

    for n in (60, 600):
        assert math(sigma_grids.uniform(n, 60)) == pytest.approx(6.35, abs=0.1)
    assert math(sigma_grids.uniform(60, 30)) > 12
    assert math(sigma_grids.quantiles(60)) == pytest.approx(4.162, abs=0.15)
    assert math(sigma_grids.uniform(3000, 3000)) == pytest.approx(4.162, abs=0.05)


# -- the package's own quadrature ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "t",
    [LARGE_MEETING, ONE_MEETING, [[3, 9, NOBODY], [NOBODY] * 3, [-30, NOBODY, NOBODY]]],
    ids=["large", "one", "absent"],
)
@pytest.mark.parametrize("sigma_scale", [1, 5])
def test_two_quadratures_agree(t, sigma_scale):
    quadrature = Quadrature(t, sigma_scale)
    for mu_scale, tau_scale in ((1, 1), (10, 3)):
        mean, median = quadrature.answer(mu_scale, tau_scale)
        scales = {"mu_scale": mu_scale, "tau_scale": tau_scale, "sigma_scale": sigma_scale}
        exact = exact_variance.learned_variance(t, **scales)
        np.testing.assert_allclose(exact.theta_mean, mean, atol=0.003)
        np.testing.assert_allclose(exact.sigma_median, median, rtol=0.002)


def test_quadrature_of_the_package_has_the_known_values():
    exact = exact_variance.learned_variance(LARGE_MEETING, mu_scale=10, tau_scale=1)
    np.testing.assert_allclose(exact.theta_mean[MATH], 4.162, atol=5.1e-4)
    # mean and sd of theta on the course grid, which is right in its first two moments too
    grid = posterior(LARGE_MEETING, mu_scale=10, tau_scale=1)
    np.testing.assert_allclose(grid.theta.sd, exact.theta_sd, rtol=0.02)
    assert grid.mu.mean == pytest.approx(exact.mu_mean, abs=0.1)


# -- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("learn", [posterior, exact_variance.learned_variance])
@pytest.mark.parametrize("name", ["mu_scale", "tau_scale", "sigma_scale"])
def test_bad_scales(learn, name):
    scales = {"mu_scale": 10, "tau_scale": 3, "sigma_scale": 5} | {name: -1.0}
    with pytest.raises(ValueError, match=rf"{name} must be > 0.*got -1\.0"):
        learn(LARGE_MEETING, **scales)


def test_bad_arguments():
    with pytest.raises(ValueError, match=r"t must have shape \(3,\) or \(3, N\), got shape \(2,\)"):
        posterior([1, 2], mu_scale=10, tau_scale=3)
    with pytest.raises(ValueError, match=r"t must be finite.*got inf"):
        posterior([1, 2, np.inf], mu_scale=10, tau_scale=3)
    with pytest.raises(ValueError, match="two departments at least, got 1"):
        exact_variance.learned_variance([1, NOBODY, NOBODY], mu_scale=10, tau_scale=3)
    with pytest.raises(ValueError, match="got 2 arrivals of MATH at 4"):
        exact_variance.learned_variance([[1, 2], [5, 6], [4, 4]], mu_scale=10, tau_scale=3)
    with pytest.raises(ValueError, match=r"n must be an integer >= 2, got 1"):
        sigma_grids.uniform(1, 60)
    with pytest.raises(ValueError, match="upper must be > 0"):
        sigma_grids.uniform(60, -1)
