"""Chapter 17, varying_slopes: the four scales by quadrature, the rest in closed form; lme4 beside it."""

from typing import NamedTuple

import numpy as np
from scipy import interpolate, optimize

from pooling import checks
from pooling.posterior import Marginal
from pooling.varying_slopes.given_scales import given

__all__ = ["SCALES", "Quadrature", "Restricted", "posterior", "restricted"]

#: The four scales, in the order of all arrays here.
SCALES = ("tau_a", "tau_b", "rho", "sigma")
_HALF_NORMAL = {"tau_a": 50.0, "tau_b": 20.0, "sigma": 50.0}  # sds of the priors, as in the PyMC models
_ETA = 2  # of LKJ: of two effects, rho has a density proportional to (1 - rho²)^(eta - 1)
_CHUNK = 4096


class Quadrature(NamedTuple):
    """The posterior of the model with a correlation.

    Attributes
    ----------
    scales : dict of str to Marginal
        Of tau_a, tau_b, rho and sigma.
    mean, sd : ndarray (4,)
        Of the same.
    mu_mean, mu_sd : ndarray (2,)
        Of the population's intercept and slope.
    theta_mean, theta_sd : ndarray (J, 2)
        Of the drivers'.
    nodes, weights : ndarray (n, 4), (n,)
        Scales at the nodes of the quadrature, and the posterior's weights of them, of sum 1.
    error : float
        The most that a mean moves, in posterior sds, if every second node is left out in each direction.
    """

    scales: dict
    mean: np.ndarray
    sd: np.ndarray
    mu_mean: np.ndarray
    mu_sd: np.ndarray
    theta_mean: np.ndarray
    theta_sd: np.ndarray
    nodes: np.ndarray
    weights: np.ndarray
    error: float

    def draw(self, n, *, seed=0):
        """Return draws of the scales from the nodes, (n, 4)."""
        return self.nodes[np.random.default_rng(seed).choice(self.weights.size, n, p=self.weights)]


class Restricted(NamedTuple):
    """What restricted maximum likelihood says.

    Attributes
    ----------
    mu, mu_se : ndarray (2,)
        Fixed effects, intercept and slope, and standard errors at the scales below.
    tau : ndarray (2,)
    rho, sigma : float
    theta : ndarray (J, 2)
        Drivers' intercepts and slopes at these scales: fixed effects and BLUPs together.
    """

    mu: np.ndarray
    mu_se: np.ndarray
    tau: np.ndarray
    rho: float
    sigma: float
    theta: np.ndarray


def _scales(x):
    """Return tau (..., 2), rho and sigma at points (..., 4): logs of the sds, and atanh of rho."""
    return np.exp(x[..., :2]), np.tanh(x[..., 2]), np.exp(x[..., 3])


def _log_posterior(data, x):
    """Return the log density of the points x (..., 4)."""
    tau, rho, sigma = _scales(x)
    log_p = given(data, tau=tau, rho=rho, sigma=sigma, drivers=False).log_marginal
    log_p = log_p + x[..., 0] + x[..., 1] + x[..., 3] + _ETA * np.log1p(-(rho**2))
    for name, scale in zip(("tau_a", "tau_b", "sigma"), (tau[..., 0], tau[..., 1], sigma), strict=True):
        log_p = log_p - (scale / _HALF_NORMAL[name]) ** 2 / 2
    return log_p


def _grid(ends, nodes):
    """Return the axes between the ends (2, 4), and all points, (nodes⁴, 4)."""
    axes = [np.linspace(low, high, nodes) for low, high in ends.T]
    return axes, np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 4)


def _weights(data, ends, nodes):
    """Return the axes, and the weights of all points of a grid, (nodes, nodes, nodes, nodes)."""
    axes, x = _grid(ends, nodes)
    log_p = np.concatenate([_log_posterior(data, x[k : k + _CHUNK]) for k in range(0, len(x), _CHUNK)])
    p = np.exp(log_p - log_p.max())
    return axes, (p / p.sum()).reshape((nodes,) * 4)


def _ends(data):
    """Return the ends of four axes, (2, 4), beyond which there is next to nothing.

    A coarse grid is laid about the highest point, and cut where its marginals have fallen to 1e-7.
    """
    start = np.array([np.log(25.0), np.log(6.0), 0.1, np.log(25.0)])
    top = optimize.minimize(lambda x: -_log_posterior(data, x), start, method="Nelder-Mead").x
    ends = top + np.array([[-4, -4, -2.5, -0.6], [1.6, 1.6, 2.5, 0.6]])
    axes, p = _weights(data, ends, 13)
    for k, axis in enumerate(axes):
        marginal = p.sum(axis=tuple({0, 1, 2, 3} - {k}))
        seen = np.flatnonzero(marginal > 1e-7)
        ends[:, k] = axis[max(seen[0] - 1, 0)], axis[min(seen[-1] + 1, 12)]
    return ends


def _marginal(axis, p, of):
    """Return a scale's marginal with ten cells for each of the grid's: a spline through the log density."""
    fine = np.linspace(axis[0], axis[-1], 10 * (axis.size - 1) + 1)
    density = np.exp(interpolate.CubicSpline(axis, np.log(np.maximum(p, 1e-300)))(fine))
    half = (fine[1] - fine[0]) / 2
    return Marginal(of(fine), density / density.sum(), of(np.append(fine - half, fine[-1] + half)))


def _moments(data, x, p):
    """Return means and sds of scales, of mu and of theta, in one row each, weighed by p."""
    mean, square = 0.0, 0.0
    for k in range(0, len(x), _CHUNK):
        part, w = x[k : k + _CHUNK], p[k : k + _CHUNK]
        tau, rho, sigma = _scales(part)
        one = given(data, tau=tau, rho=rho, sigma=sigma)
        values = [np.column_stack([tau, rho, sigma]), one.mu_mean, one.theta_mean.reshape(len(part), -1)]
        own = [np.zeros((len(part), 4)), *(
            np.diagonal(cov, axis1=-2, axis2=-1).reshape(len(part), -1)
            for cov in (one.mu_cov, one.theta_cov)
        )]  # fmt: skip
        values = np.concatenate(values, axis=1)
        mean = mean + w @ values
        square = square + w @ (values**2 + np.concatenate(own, axis=1))
    return mean, np.sqrt(square - mean**2)


def posterior(data, *, nodes=19):
    """Return the posterior with the four scales learned, on a grid of their logs, of rho's its atanh.

    Priors are those of `centred_model`. The weights of the nodes are equal but for the density (a trapezoid
    rule that falls to nothing at its ends), and at each node all else is the closed form.

    Parameters
    ----------
    data : Sleep
        Days may be counted from any day; the priors are of the intercept there.
    nodes : int
        In each of four directions, odd and >= 9.

    Returns
    -------
    Quadrature
    """
    if checks.whole_number("nodes", nodes, least=9) % 2 == 0:
        raise ValueError(f"nodes must be odd, so that every second one is a grid of its own, got {nodes}")
    axes, p = _weights(data, _ends(data), nodes)
    x = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    seen = p > 1e-9 * p.max()
    mean, sd = _moments(data, x[seen], p[seen] / p[seen].sum())
    half = (slice(None, None, 2),) * 4
    rough = _moments(data, x[half].reshape(-1, 4), p[half].ravel() / p[half].sum())[0]
    tau, rho, sigma = _scales(x[seen])
    scales = {
        name: _marginal(axes[k], p.sum(axis=tuple({0, 1, 2, 3} - {k})), np.tanh if name == "rho" else np.exp)
        for k, name in enumerate(SCALES)
    }
    return Quadrature(
        scales, mean[:4], sd[:4], mean[4:6], sd[4:6], mean[6:].reshape(-1, 2), sd[6:].reshape(-1, 2),
        np.column_stack([tau, rho, sigma]), p[seen] / p[seen].sum(), float(np.max(np.abs(rough - mean) / sd)),
    )  # fmt: skip


def restricted(data):
    """Return the estimates of restricted maximum likelihood, those of lme4.

    The scales at which the density of y is highest, mu integrated out under a flat prior.

    Parameters
    ----------
    data : Sleep

    Returns
    -------
    Restricted

    References
    ----------
    Bates, Mächler, Bolker and Walker (2015), *Fitting linear mixed-effects models using lme4*, section 3.
    """

    def loss(x):
        tau, rho, sigma = _scales(x)
        return -given(data, tau=tau, rho=rho, sigma=sigma, flat=True, drivers=False).log_marginal

    start = np.array([np.log(25.0), np.log(6.0), 0.1, np.log(25.0)])
    best = optimize.minimize(loss, start, method="BFGS", jac="3-point", options={"gtol": 1e-6})
    tau, rho, sigma = _scales(best.x)
    found = given(data, tau=tau, rho=rho, sigma=sigma, flat=True)
    return Restricted(
        found.mu_mean, np.sqrt(np.diag(found.mu_cov)), tau, float(rho), float(sigma), found.theta_mean
    )
