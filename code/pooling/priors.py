"""All chapters: prior distributions as small immutable values with a log density.

`Normal(0, 5)`, `HalfCauchy(5)`, ...: a scale is the sd of a normal (half-normal)
or the median of a half-Cauchy, in the unit of the parameter.
"""

import math
from dataclasses import astuple, dataclass, fields

import jax
import jax.numpy as jnp
import numpy as np
from scipy import special

from pooling import checks

__all__ = [
    "Beta",
    "Exponential",
    "HalfCauchy",
    "HalfNormal",
    "Normal",
    "Pareto",
    "ScalePrior",
    "halfcauchy_quantile",
    "halfcauchypdf",
]

_HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)  # not by JAX, which would round it to float32


class _Prior:
    """Checks the parameters once; `params` are what `log_density` takes."""

    def __post_init__(self):
        for field in fields(self):
            check = checks.number if field.name == "loc" else checks.scale
            name = f"{type(self).__name__}.{field.name}"
            object.__setattr__(self, field.name, check(name, getattr(self, field.name)))

    @property
    def params(self):
        """The parameters, in the order of the constructor."""
        return astuple(self)

    def logpdf(self, x):
        """Log density at x; for the scales' priors, x >= 0."""
        return self.log_density(x, *self.params)


@dataclass(frozen=True)
class Normal(_Prior):
    """N(loc, scale): density exp(-((x - loc)/scale)²/2) / (scale √(2π)); scale is an sd > 0."""

    loc: float
    scale: float

    @staticmethod
    def log_density(x, loc, scale):
        """Log density, for use under jit."""
        return -0.5 * ((x - loc) / scale) ** 2 - jnp.log(scale) - _HALF_LOG_TWO_PI


@dataclass(frozen=True)
class Beta(_Prior):
    """Beta(a, b): density x^(a - 1) (1 - x)^(b - 1) / B(a, b) on 0 < x < 1; a, b > 0; mean a / (a + b)."""

    a: float
    b: float

    @staticmethod
    def log_density(x, a, b):
        """Log density, for use under jit."""
        log_beta = jax.scipy.special.betaln(a, b)
        return (a - 1) * jnp.log(x) + (b - 1) * jnp.log1p(-x) - log_beta


@dataclass(frozen=True)
class Pareto(_Prior):
    """Density alpha minimum^alpha / x^(alpha + 1) on x >= minimum > 0; (minimum/x)^alpha is above x."""

    minimum: float
    alpha: float

    @staticmethod
    def log_density(x, minimum, alpha):
        """Log density, for use under jit."""
        inside = jnp.log(alpha / minimum) - (alpha + 1) * jnp.log(x / minimum)
        return jnp.where(x >= minimum, inside, -jnp.inf)


class ScalePrior(_Prior):
    """What a positive parameter may have: HalfNormal, HalfCauchy or Exponential, of one parameter, its scale.

    With z = t - log size, the log density at e^t is that of size 1 at e^z, less log size; a family gives
    `_standard(z)` and its first two derivatives `_standard_slopes(z)`, in NumPy.
    """

    @property
    def size(self):
        """A number of the order of what the prior expects: its scale."""
        return self.scale

    def scaled(self, unit):
        """Return the prior of the parameter divided by unit."""
        return type(self)(self.scale / unit)

    def along_log(self, t):
        """Log density at e^t, in NumPy."""
        log_size = math.log(self.size)
        return self._standard(t - log_size) - log_size

    def slopes(self, t):
        """First and second derivative of that in t."""
        return self._standard_slopes(t - math.log(self.size))


@dataclass(frozen=True)
class HalfNormal(ScalePrior):
    """|N(0, scale)|: twice the normal density on x >= 0; scale > 0."""

    scale: float

    @staticmethod
    def log_density(x, scale):
        """Log density, for use under jit."""
        return Normal.log_density(x, 0.0, scale) + jnp.log(2.0)

    @staticmethod
    def _standard(z):
        return math.log(2.0) - _HALF_LOG_TWO_PI - 0.5 * np.exp(2 * z)

    @staticmethod
    def _standard_slopes(z):
        square = np.exp(2 * z)
        return -square, -2 * square


@dataclass(frozen=True)
class HalfCauchy(ScalePrior):
    """HC(scale): density 2 / (π scale (1 + (x/scale)²)) on x >= 0; scale > 0 is the median."""

    scale: float

    @staticmethod
    def log_density(x, scale):
        """Log density, for use under jit."""
        return jnp.log(2 / (jnp.pi * scale)) - jnp.log1p((x / scale) ** 2)

    @staticmethod
    def _standard(z):
        return math.log(2 / math.pi) - np.maximum(2 * z, 0) - np.log1p(np.exp(-2 * np.abs(z)))

    @staticmethod
    def _standard_slopes(z):
        above = special.expit(2 * z)
        return -2 * above, -4 * above * (1 - above)


@dataclass(frozen=True)
class Exponential(ScalePrior):
    """Exp(rate): density rate · exp(-rate x) on x >= 0; rate > 0 is one over the mean."""

    rate: float

    @staticmethod
    def log_density(x, rate):
        """Log density, for use under jit."""
        return jnp.log(rate) - rate * x

    @property
    def size(self):
        """Its mean."""
        return 1 / self.rate

    def scaled(self, unit):
        """Return the prior of the parameter divided by unit."""
        return Exponential(self.rate * unit)

    @staticmethod
    def _standard(z):
        return -np.exp(z)

    @staticmethod
    def _standard_slopes(z):
        fall = np.exp(z)
        return -fall, -fall


@jax.jit
def halfcauchypdf(x, scale):
    """Density of HC(scale) at x >= 0, in the form that a memo program calls."""
    return jnp.exp(HalfCauchy.log_density(x, scale))


@jax.jit
def halfcauchy_quantile(u, scale):
    """Quantile of HC(scale) at u in [0, 1): scale · tan(πu/2); the median at u = 1/2 is scale."""
    return scale * jnp.tan(jnp.pi * u / 2)
