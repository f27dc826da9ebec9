"""Independent answers to compare with: NumPy enumeration and SciPy quadrature.

Nothing here calls the package; formulas are written out from shared definitions.
"""

import numpy as np
from scipy import integrate, ndimage, optimize, special, stats


def closed_form(prior_mean, prior_sd, total, n, sigma):
    """Mean and sd of a normal mean with a normal prior, given n observations' total."""
    precision = 1 / prior_sd**2 + n / sigma**2
    return (prior_mean / prior_sd**2 + total / sigma**2) / precision, precision**-0.5


def enumerate_once(groups, *, mu, tau, theta, mu_scale, tau_scale, sigma):
    """Posterior by brute force on a grid, any number of groups, each counted once.

    groups: a list of arrays of observations. Returns p(theta_j | t) (J, K), p(mu, tau | t).
    """
    prior = stats.norm.pdf(mu, 0, mu_scale)[:, None] * stats.halfcauchy.pdf(tau, 0, tau_scale)
    given = stats.norm.pdf(theta, mu[:, None, None], tau[:, None])
    given /= given.sum(axis=-1, keepdims=True)
    likelihood = [
        np.prod([stats.norm.pdf(x, theta, sigma) for x in group] or [np.ones_like(theta)], axis=0)
        for group in groups
    ]
    evidence = [given @ row for row in likelihood]
    joint = prior * np.prod(evidence, axis=0)
    joint /= joint.sum()
    each = [
        np.einsum("mt,mtk->k", joint / e, given) * row for e, row in zip(evidence, likelihood, strict=True)
    ]
    return np.array(each), joint


def quadrature(y, se, tau_density, *, mu_scale):
    """E and sd of each theta_j by adaptive quadrature over tau in (0, inf)."""
    y, se = np.asarray(y, float), np.asarray(se, float)
    covariance_mu = mu_scale**2 * np.ones((y.size, y.size))

    def conditional(tau):
        # theta jointly normal with y: condition by matrices, no shrinkage formula used
        theta_theta = covariance_mu + tau**2 * np.eye(y.size)
        y_y = theta_theta + np.diag(se**2)
        gain = theta_theta @ np.linalg.inv(y_y)
        density = stats.multivariate_normal.pdf(y, np.zeros(y.size), y_y) * tau_density(tau)
        return density, gain @ y, np.diag(theta_theta - gain @ theta_theta)

    def integral(f):
        # tau = x / (1 - x) maps (0, 1) to (0, inf)
        def g(x):
            return f(x / (1 - x)) / (1 - x) ** 2

        return integrate.quad_vec(g, 0, 1, epsabs=0, epsrel=1e-10)[0]

    def moments(tau):
        density, mean, variance = conditional(tau)
        return density * np.concatenate([[1.0, tau], mean, variance + mean**2])

    total, tau_mean, *rest = integral(moments)
    mean, square = np.array(rest).reshape(2, -1) / total
    return mean, np.sqrt(square - mean**2), tau_mean / total


def brute_force(x, group, y, n_groups, *, mu, tau_density, sigma_density, sigma_reach=(-5, 8)):
    """E and sd of mu, tau, sigma and each theta_j in y_i ~ N(x_i theta_group(i), sigma), rows kept apart.

    A grid even in log tau and log sigma, and on it the joint normal of all rows, conditioned by matrices:
    no sums over groups, no shrinkage formula. `mu` is (mean, sd), sd 0 for a known one. A density may be a
    number, the parameter's value. For data of order one in three groups or more; `sigma_reach` is the log
    of the smallest and the largest sigma.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    design = np.zeros((y.size, n_groups))
    design[np.arange(y.size), group] = x
    (tau, tau_weight), (sigma, sigma_weight) = (
        (np.atleast_1d(float(density)), np.ones(1)) if np.isscalar(density) else _log_grid(density, *reach)
        for density, reach in ((tau_density, (-10, 9)), (sigma_density, sigma_reach))
    )
    tau, sigma = (a.ravel() for a in np.meshgrid(tau, sigma, indexing="ij"))
    with np.errstate(divide="ignore"):  # a density may underflow far out
        log_weight = np.log(np.outer(tau_weight, sigma_weight)).ravel()

    # what is asked, (mu, theta_1, ..., theta_J), and the rows: all of it jointly normal
    own = tau[:, None, None] ** 2 * np.diag([0.0] + [1.0] * n_groups) + mu[1] ** 2
    rows = np.hstack([np.zeros((y.size, 1)), design])
    cross = own @ rows.T
    total = rows @ cross + sigma[:, None, None] ** 2 * np.eye(y.size)
    residual = y - mu[0] * x
    gain = np.swapaxes(np.linalg.solve(total, np.swapaxes(cross, 1, 2)), 1, 2)
    misfit = np.linalg.solve(total, np.broadcast_to(residual[:, None], (sigma.size, y.size, 1)))[..., 0]
    log_p = log_weight - 0.5 * (np.linalg.slogdet(total)[1] + misfit @ residual)
    mean = mu[0] + gain @ residual
    variance = np.diagonal(own - gain @ np.swapaxes(cross, 1, 2), axis1=1, axis2=2)

    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    values = np.column_stack([mean, tau, sigma])
    center = p @ values
    spread = p @ ((values - center) ** 2 + np.column_stack([variance, 0 * tau, 0 * sigma]))
    return center, np.sqrt(spread)


def _log_grid(density, lower, upper):
    values = np.exp(np.arange(lower, upper, 0.125))
    return values, density(values) * values


def brute_force_regression(y, x, group, n_groups, *, beta, tau_density, sigma_density, sigma_reach=(-6, 4)):
    """E and sd of (beta, alpha, tau, sigma) in y_i ~ N(x_i beta + alpha_group(i), sigma), alpha ~ N(0, tau).

    As `brute_force`: a grid of log tau and log sigma, and the joint normal of all rows, conditioned by
    matrices. `beta` is (means (p,), sds (p,)). For data of order one and priors with light tails.
    """
    y, x, loc, sd = (np.asarray(a, float) for a in (y, x, *beta))
    p = x.shape[1]
    rows = np.hstack([x, np.eye(n_groups)[group]])  # what each row has of beta and alpha
    residual = y - x @ loc
    (tau, tau_weight), (sigma, sigma_weight) = (
        _log_grid(density, *reach)
        for density, reach in ((tau_density, (-14, 4)), (sigma_density, sigma_reach))
    )
    log_p, mean, variance = [], [], []
    for t in tau:
        own = np.diag(np.r_[sd**2, np.full(n_groups, t**2)])
        cross = own @ rows.T
        total = rows @ cross + sigma[:, None, None] ** 2 * np.eye(y.size)
        misfit = np.linalg.solve(total, np.broadcast_to(residual[:, None], (sigma.size, y.size, 1)))[..., 0]
        gain = np.swapaxes(
            np.linalg.solve(total, np.broadcast_to(cross.T, (sigma.size, *cross.T.shape))), 1, 2
        )
        log_p.append(-0.5 * (np.linalg.slogdet(total)[1] + misfit @ residual))
        mean.append(gain @ residual)
        variance.append(np.diagonal(own - gain @ cross.T, axis1=1, axis2=2))
    with np.errstate(divide="ignore"):
        log_p = np.array(log_p) + np.log(np.outer(tau_weight, sigma_weight))
    share = np.exp(log_p - log_p.max()).ravel()
    share /= share.sum()
    mean, variance = (np.reshape(a, (share.size, -1)) for a in (mean, variance))
    scales = np.stack(np.meshgrid(tau, sigma, indexing="ij"), axis=-1).reshape(-1, 2)
    values = np.hstack([mean, scales])
    center = share @ values
    spread = share @ ((values - center) ** 2 + np.hstack([variance, 0 * scales]))
    center[:p] += loc
    return center, np.sqrt(spread)


# --- dense integrals for hostile data --------------------------------------------------------------------

SCALE_LOGPDFS = {  # by name: log densities of a scale t whose size is s, up to a constant
    "HalfCauchy": lambda log_t, s: -np.logaddexp(0, 2 * (log_t - np.log(s))),
    "HalfNormal": lambda log_t, s: -0.5 * np.exp(2 * (log_t - np.log(s))),
    "Exponential": lambda log_t, s: -np.exp(log_t - np.log(s)),
}


class Cells:
    """A density in one or two dimensions, on Gauss-Legendre points in cells that are cut where it varies.

    A first grid of cells covers all of a range. A cell is cut if log p varies by more than two within it
    (more where it is low) and is within 60 of the top; and, so that a hill of which only the foot was seen
    is climbed, where a cell of the first grid stands above its neighbours, again and again its highest part.
    """

    CUTS = 3

    def __init__(self, log_density, lower, upper, size, *, points):
        self.dims, self.log_density = len(lower), log_density
        self.points, weight = np.polynomial.legendre.leggauss(points)
        self.inside = self._grid([self.points / 2] * self.dims)
        self.log_weight = self._grid([np.log(weight / 2)] * self.dims).sum(axis=1)
        axes = [np.arange(a, b + size, size) for a, b in zip(lower, upper, strict=True)]
        centre, log_p = self._visit(self._grid(axes), size)
        best = log_p.max(axis=1).reshape([axis.size for axis in axes])
        around = ndimage.generate_binary_structure(self.dims, self.dims)
        climbed = (best >= ndimage.maximum_filter(best, footprint=around)).ravel()
        kept, top = [], -np.inf
        while len(centre):
            best = log_p.max(axis=1)
            top = max(top, best.max())
            varies = best - log_p.min(axis=1) > 2 + np.maximum(top - best, 0) / 3
            cut = varies & ((best > top - 60) | (climbed & (best > top - 1e6)))
            kept.append((centre[~cut], np.full((~cut).sum(), size), log_p[~cut]))
            size, climbed = size / self.CUTS, climbed[cut]
            parts = self._grid([size * (np.arange(self.CUTS) - (self.CUTS - 1) / 2)] * self.dims)
            centre, log_p = self._visit((centre[cut, None] + parts).reshape(-1, self.dims), size)
            own = log_p.max(axis=1, initial=-np.inf).reshape(-1, len(parts))
            climbed = (climbed[:, None] & (own == own.max(axis=1, keepdims=True))).ravel()
        centre, size, log_p = (np.concatenate(part) for part in zip(*kept, strict=True))
        mass = log_p + self.log_weight + self.dims * np.log(size)[:, None]
        mass = np.exp(mass - mass.max())
        near = mass.max(axis=1) > 1e-40
        self.centre, self.size, self.mass = centre[near], size[near], mass[near] / mass[near].sum()

    @staticmethod
    def _grid(axes):
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))

    def _visit(self, centre, size):
        places = (centre[:, None] + size * self.inside).reshape(-1, self.dims)
        return centre, self.log_density(*places.T).reshape(len(centre), len(self.inside))

    def places(self):
        """Return places (M, dims), and the share of each."""
        at = (self.centre[:, None] + self.size[:, None, None] * self.inside).reshape(-1, self.dims)
        share = self.mass.ravel()
        return at[share > 1e-25], share[share > 1e-25]

    def median(self):
        """Return the median of the first coordinate."""
        m = self.points.size
        along = self.mass.reshape(len(self.mass), m, -1).sum(axis=2) / self.log_weight_of_first()
        below = np.polynomial.legendre.legint(
            np.linalg.solve(np.polynomial.legendre.legvander(self.points, m - 1), along.T), lbnd=-1
        )

        def cdf(t):
            u = np.clip(2 * (t - self.centre[:, 0]) / self.size, -1, 1)
            return np.polynomial.legendre.legval(u, below, tensor=False).sum() / 2

        ends = self.centre[:, 0]
        return optimize.brentq(lambda t: cdf(t) - 0.5, ends.min() - 1, ends.max() + 1, xtol=1e-12)

    def log_weight_of_first(self):
        """Return the points' weights along one coordinate, which sum to one."""
        return np.polynomial.legendre.leggauss(self.points.size)[1] / 2


def _portions(groups, *arrays):
    return zip(*(np.array_split(a, 1 + a.size * groups // 2**18) for a in arrays), strict=True)


def _moments(cells, visit, groups):
    """E and sd of what `visit` gives: (means (M, k), variances (M, k)) at places."""
    places, share = cells.places()
    parts = [(weight, *visit(*at)) for *at, weight in _portions(groups, *places.T, share)]
    center = sum(weight @ mean for weight, mean, _ in parts)
    square = sum(weight @ (variance + (mean - center) ** 2) for weight, mean, variance in parts)
    return center, np.sqrt(square)


def _population(w, z, loc, sd):
    """Log evidence of z_j ~ N(mu, 1/w_j), mu ~ N(loc, sd), up to a constant; mean and variance of mu."""
    log_p = 0.5 * np.log(np.where(w > 0, w, 1)).sum(axis=1)
    if not sd:
        return log_p - 0.5 * (w * (z - loc) ** 2).sum(axis=1), np.full(len(w), loc), np.zeros(len(w))
    total = w.sum(axis=1)
    own = np.where(total > 0, (w @ z) / np.where(total > 0, total, 1), 0)
    of_own = 1 / np.maximum(total, 1e-300)
    squares = (w * (z - own[:, None]) ** 2).sum(axis=1) + (own - loc) ** 2 / (of_own + sd**2)
    log_p = log_p - 0.5 * (squares + np.log1p(sd**2 * total))
    return log_p, own + (loc - own) * of_own / (of_own + sd**2), 1 / (total + sd**-2)


def dense_known_se(y, se, *, mu, tau):
    """E and sd of (mu, theta_1, ..., theta_J, tau) for y_j ~ N(theta_j, se_j), and tau's median, on `Cells`.

    `mu` is (mean, sd), sd 0 for a known one; `tau` is (family, size).
    """
    y, se = np.asarray(y, float), np.asarray(se, float)
    there = np.isfinite(y)
    y0 = np.median(y[there]) if mu[1] and there.any() else mu[0]
    z, se, loc = np.where(there, y - y0, 0), np.where(there, se, 1.0), mu[0] - y0
    sizes = np.log([tau[1], *se[there]])
    far = np.log(max([np.abs(z).max(), abs(loc), tau[1], *se[there]]))

    def given(log_tau):
        tau2 = np.exp(2 * log_tau)[:, None]
        w = np.where(there, 1 / (se**2 + tau2), 0)
        return tau2, w, *_population(w, z, loc, mu[1])

    def log_density(log_tau):
        log_p = [given(part)[2] for (part,) in _portions(y.size, log_tau)]
        return np.concatenate(log_p) + SCALE_LOGPDFS[tau[0]](log_tau, tau[1]) + log_tau

    def visit(log_tau):
        tau2, w, _, m, v = given(log_tau)
        pull = np.where(there, w * se**2, 1.0)
        mean = np.column_stack([m, z + pull * (m[:, None] - z), np.exp(log_tau)])
        return mean, np.column_stack([v, pull * tau2 + pull**2 * v[:, None], 0 * m])

    cells = Cells(log_density, [sizes.min() - 45], [far + 80], 0.2, points=8)
    center, sd = _moments(cells, visit, y.size)
    center[:-1] += y0
    return center, sd, np.exp(cells.median())


def dense_normal_groups(n, mean, ss, *, mu, tau, sigma):
    """E and sd of (mu, theta_1, ..., theta_J, tau, sigma), sigma learned, and tau's median, on `Cells`.

    As `dense_known_se`, in the plane of log tau and log sigma.
    """
    n, mean, ss = (np.asarray(a, float) for a in (n, mean, ss))
    there = n > 0
    y0 = np.median(mean[there]) if mu[1] else mu[0]
    z, loc, rows = np.where(there, mean - y0, 0), mu[0] - y0, n.sum()
    far = np.log(max(np.abs(z).max(), abs(loc), tau[1], sigma[1]))
    low = np.log(min(tau[1], sigma[1], np.sqrt(ss.sum() / rows) if ss.any() else sigma[1]) / np.sqrt(n.max()))

    def given(log_tau, log_sigma):
        tau2, sigma2 = np.exp(2 * log_tau)[:, None], np.exp(2 * log_sigma)[:, None]
        w = n / (sigma2 + n * tau2)
        log_p, m, v = _population(w, z, loc, mu[1])
        log_p = log_p - (rows - there.sum()) * log_sigma - 0.5 * ss.sum() / sigma2[:, 0]
        return tau2, np.where(there, w * sigma2 / np.maximum(n, 1), 1.0), log_p, m, v

    def log_density(log_tau, log_sigma):
        log_p = [given(*part)[2] for part in _portions(n.size, log_tau, log_sigma)]
        log_p = np.concatenate(log_p) + SCALE_LOGPDFS[tau[0]](log_tau, tau[1]) + log_tau
        return log_p + SCALE_LOGPDFS[sigma[0]](log_sigma, sigma[1]) + log_sigma

    def visit(log_tau, log_sigma):
        tau2, pull, _, m, v = given(log_tau, log_sigma)
        at = np.column_stack([m, z + pull * (m[:, None] - z), np.exp(log_tau), np.exp(log_sigma)])
        return at, np.column_stack([v, pull * tau2 + pull**2 * v[:, None], 0 * m, 0 * m])

    cells = Cells(log_density, [low - 20] * 2, [far + 22] * 2, 0.8, points=8)
    center, sd = _moments(cells, visit, n.size)
    center[:-2] += y0
    return center, sd, np.exp(cells.median())


def dense_binomial(successes, trials, *, mean, concentration):
    """E and sd of (m, p_1, ..., p_J), p_j ~ Beta(m kappa, (1 - m) kappa), and kappa's median, on `Cells`.

    The likelihood is a product over single trials, so for at most a few hundred in a group. `mean` is (a, b)
    of a beta prior, `concentration` (minimum, alpha) of a Pareto prior.
    """
    s, n = np.asarray(successes), np.asarray(trials)
    beyond = [(count[:, None] > np.arange(max(n.max(), 1))).sum(axis=0) for count in (s, n - s, n)]
    (a, b), (minimum, alpha) = mean, concentration

    def log_density(log_away, logit):
        m, q = special.expit(logit), special.expit(-logit)
        kappa = minimum * (1 + np.exp(log_away))
        log_p = log_away - (alpha + 1) * np.log1p(np.exp(log_away))
        log_p = log_p - a * np.logaddexp(0, -logit) - b * np.logaddexp(0, logit)
        for i, (won, lost, both) in enumerate(zip(*beyond, strict=True)):
            if won:
                log_p = log_p + won * np.log(m + i / kappa)
            if lost:
                log_p = log_p + lost * np.log(q + i / kappa)
            if both:
                log_p = log_p - both * np.log1p(i / kappa)
        return log_p

    def visit(log_away, logit):
        m, kappa = special.expit(logit), minimum * (1 + np.exp(log_away))[:, None]
        total = kappa + n
        p, rest = (kappa * m[:, None] + s) / total, (kappa * special.expit(-logit)[:, None] + n - s) / total
        return np.column_stack([m, p]), np.column_stack([0 * m, p * rest / (total + 1)])

    reach = 40 / min(a, b, 1) + 5
    cells = Cells(
        log_density, [-45, -reach], [np.log1p(n.sum() / minimum) + 45 / alpha, reach], 1.0, points=6
    )
    center, sd = _moments(cells, visit, s.size)
    return center, sd, minimum * (1 + np.exp(cells.median()))


def hostile_counts(rng, *, most=30):
    """Return successes, trials, the priors' (a, b) and (minimum, alpha): made to be hard."""
    size = rng.integers(1, 12)
    n = rng.integers(0, 1 + rng.choice([1, 5, most], size))
    kind = rng.integers(4)
    if kind == 0:  # all alike, but for chance
        p = np.full(size, rng.choice([0.01, 0.3, 0.5, 0.97]))
    elif kind == 1:  # all or nothing
        p = rng.choice([0.0, 1.0], size)
    elif kind == 2:
        p = rng.beta(*10 ** rng.uniform(-1, 2, 2), size)
    else:  # more alike than chance allows
        return n // 2, n, *_hostile_beta(rng)
    return rng.binomial(n, p), n, *_hostile_beta(rng)


def _hostile_beta(rng):
    mean = tuple(float(x) for x in rng.choice([0.5, 1, 1, 3, 30], 2))
    return mean, (float(10 ** rng.uniform(-2, 2)), float(rng.choice([0.5, 1, 1.5, 3])))


def hostile_groups(rng, *, most=1000):
    """Return estimates, standard errors, (mean, sd) of mu's prior, (family, size) of tau's: made to be hard.

    Precise groups and vague ones, in clusters, with outliers; few and many; priors that fit and priors that
    do not.
    """
    n_kinds = rng.integers(1, 4)
    sizes = np.unique(np.round(most ** rng.uniform(0, 1, n_kinds))).astype(int)
    se, y = [], []
    for size in sizes:
        precision, spread = 10 ** rng.uniform(-4, 1), 10 ** rng.uniform(-4, 3)
        own = np.full(size, precision) * np.exp(rng.choice([0.0, 0.3, 1.5]) * rng.normal(size=size))
        center = rng.choice([0.0, 1.0, 20.0]) * rng.normal()
        kind = rng.integers(4)
        if kind == 0:  # two clusters
            at = center + spread * rng.choice([-1, 1], size)
        elif kind == 1:  # heavy tails
            at = center + spread * rng.standard_t(1, size)
        elif kind == 2:  # alike, to their errors or to the last digit
            at = center + rng.choice([0.0, 1.0]) * own * rng.normal(size=size)
        else:
            at = center + spread * rng.normal(size=size)
        se.append(own)
        y.append(at)
    y, se = np.concatenate(y), np.concatenate(se)
    if rng.random() < 0.2:
        y[rng.integers(y.size)] += 10 ** rng.uniform(1, 5)
    if rng.random() < 0.15:
        y[rng.integers(y.size)] = np.nan
    mu = (rng.choice([0.0, 5.0]), rng.choice([0.0, 1.0, 10.0, 1000.0]))
    tau = (rng.choice(list(SCALE_LOGPDFS)), 10 ** rng.uniform(-3, 2))
    return y, se, (float(mu[0]), float(mu[1])), (str(tau[0]), float(tau[1]))


def hostile_rows(rng):
    """Return y, X, group, beta's prior (mean, sd), tau's and sigma's (family, size): made to be hard.

    Columns that repeat each other, are constant within groups or are years; an outlier; groups without rows.
    """
    n_groups, p = int(rng.integers(1, 12)), int(rng.integers(1, 5))
    rows = int(rng.integers(n_groups + 3, 60))
    group = rng.integers(0, n_groups, rows)
    own = rng.normal(size=(rows, p))
    of_group = rng.normal(size=(n_groups, p))[group]
    x = np.where(rng.random(p) < 0.7, own, of_group)
    x[:, 0] = 1
    kind = rng.integers(6)
    if kind == 0 and p > 2:
        x[:, 2] = 2 * x[:, 1]
    elif kind == 1 and p > 1:
        x[:, 1] += 10 ** rng.uniform(0, 8)
    spread, noise = 10 ** rng.uniform(-2, 2, 2)
    y = x @ rng.normal(size=p) + spread * rng.normal(size=n_groups)[group] + noise * rng.normal(size=rows)
    if kind == 2:
        y += 1e6
    elif kind == 3:
        y[0] += 10 ** rng.uniform(1, 4)
    tau, sigma = ((str(rng.choice(list(SCALE_LOGPDFS))), float(10 ** rng.uniform(-2, 2))) for _ in range(2))
    return y, x, group, (0.0, float(10 ** rng.uniform(-1, 3))), tau, sigma


def hostile_sizes(rng):
    """Return n, mean, ss of at most eight groups, mu's prior, tau's and sigma's: made to be hard."""
    size = rng.integers(2, 9)
    n = rng.choice([[1, 2], [1, 40], [2, 5], [5, 200]])
    n = rng.integers(n[0], n[1] + 1, size).astype(float)
    tau, sigma = 10 ** rng.uniform(-2, 2, 2)
    mean = rng.choice([0.0, 10.0]) + tau * rng.choice(
        [rng.normal(size=size), rng.standard_t(1, size), rng.choice([-1, 1], size)]
    )
    mean = mean + sigma / np.sqrt(n) * rng.normal(size=size)
    ss = sigma**2 * np.where(n > 1, rng.chisquare(np.maximum(n - 1, 1)), 0)
    if not ss.any():
        n[0], ss[0] = 2, sigma**2
    if rng.random() < 0.2:
        mean[rng.integers(size)] += 10 ** rng.uniform(1, 3)
    if rng.random() < 0.15:
        n[-1], mean[-1], ss[-1] = 0, np.nan, 0
    mu = (0.0, float(rng.choice([0.0, 1.0, 10.0, 1000.0])))
    priors = [(str(rng.choice(list(SCALE_LOGPDFS))), float(10 ** rng.uniform(-2, 2))) for _ in range(2)]
    return n, mean, ss, mu, *priors
