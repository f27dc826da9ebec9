"""All chapters: what the exact engine gives back: moments, an error, draws, and one line to look at."""

import warnings
from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np

from pooling import checks

__all__ = [
    "Draws",
    "ExactPosterior",
    "QuadratureWarning",
    "checked_error",
    "draw",
    "few",
    "generator",
    "line",
    "table",
]

TOLERANCE = 1e-4  # of a posterior sd


class QuadratureWarning(UserWarning):
    """The estimated quadrature error is not negligible."""


class Draws(NamedTuple):
    """Independent posterior draws: mu (n,), tau (n,), sigma (n,), theta (n, J)."""

    mu: np.ndarray
    tau: np.ndarray
    sigma: np.ndarray
    theta: np.ndarray


def draw(self, key, n):
    """Return n independent draws of the parameters; same key, same draws.

    Parameters
    ----------
    key : int or jax.Array
        A seed >= 0, or a key from `jax.random.key(seed)`.
    n : int
        Number of draws, >= 1.

    Returns
    -------
    Draws, InterceptDraws or BinomialDraws
    """
    return self.sampler(generator(key), checks.whole_number("n", n, least=1))


class ExactPosterior(NamedTuple):
    """Posterior moments, right to the quadrature error.

    Attributes
    ----------
    mu_mean, mu_sd, tau_mean, tau_median, tau_sd : float
        In the unit of the data; infinite where the moment does not exist.
    theta_mean, theta_sd : ndarray (J,)
    error : float
        Largest change of a mean or sd when every second node is left out, in posterior sds; added to it are
        what rounding may do, and what a scan of the whole range has seen besides the nodes. The change is
        the error of the coarser rule: as the trapezoidal rule converges exponentially, the answer's own is
        about the square of it.
    sampler : Callable
        What `draw` calls.
    sigma_mean, sigma_sd : float or None
        Of the sd of a single observation; None where standard errors are given.
    """

    mu_mean: float
    mu_sd: float
    tau_mean: float
    tau_median: float
    tau_sd: float
    theta_mean: np.ndarray
    theta_sd: np.ndarray
    error: float
    sampler: Callable
    sigma_mean: float | None = None
    sigma_sd: float | None = None

    draw = draw

    def __repr__(self):
        """Return one line."""
        return line(self, "mu", "tau", "sigma", groups=f"theta of {self.theta_mean.size:,} groups")

    def _repr_html_(self):
        return table(self, "mu", "tau", "sigma", of=["theta"])


def generator(key):
    """Return NumPy's generator for a seed or a key of JAX's."""
    if isinstance(key, int | np.integer) and not isinstance(key, bool) and key >= 0:
        return np.random.default_rng(int(key))
    if isinstance(key, jax.Array) and jax.numpy.issubdtype(key.dtype, jax.dtypes.prng_key):
        key = jax.random.key_data(key)
    if isinstance(key, jax.Array) and key.dtype == np.uint32 and key.ndim == 1:
        return np.random.default_rng(np.asarray(key).tolist())
    raise ValueError(f"key must be an integer seed >= 0 or a single key of jax.random.key, got {key!r}")


def checked_error(error, stacklevel):
    """Warn of an error beyond what is promised, and return it."""
    if not error <= TOLERANCE:
        warnings.warn(
            f"the quadrature error is about {error:.1g} posterior sds, more than {TOLERANCE:g}",
            QuadratureWarning,
            stacklevel=stacklevel + 1,
        )
    return error


def line(result, *names, groups):
    """Return one line: means ± sds, what else there is, the error."""
    scales = ", ".join(f"{name} {mean:.4g} ± {sd:.2g}" for name, mean, sd in _pairs(result, names))
    return f"{type(result).__name__}({scales}; {groups}; error {result.error:.0e})"


def few(mean, sd, most=4):
    """Return the first means ± sds of a vector."""
    shown = ", ".join(f"{m:.4g} ± {s:.2g}" for m, s in zip(mean[:most], sd[:most], strict=True))
    return f"[{shown}{', ...' if mean.size > most else ''}]"


def table(result, *names, of, most=10):
    """Return a small table: the population, and the first of each vector."""
    rows, rest = list(_pairs(result, names)), ""
    for name in of:
        mean, sd = getattr(result, f"{name}_mean"), getattr(result, f"{name}_sd")
        rows += [(f"{name}[{j}]", mean[j], sd[j]) for j in range(min(mean.size, most))]
        rest += f"<p>and {mean.size - most:,} of {name} more</p>" if mean.size > most else ""
    cells = "".join(f"<tr><th>{name}</th><td>{m:.4g}</td><td>{s:.3g}</td></tr>" for name, m, s in rows)
    return f"<table><tr><th></th><th>mean</th><th>sd</th></tr>{cells}</table>{rest}"


def _pairs(result, names):
    for name in names:
        mean, sd = getattr(result, f"{name}_mean"), getattr(result, f"{name}_sd")
        if mean is not None:
            yield name, mean, sd
