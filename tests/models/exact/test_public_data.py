"""Data that others have published: NIST's one-way files, and a meta-analysis."""

import re
from importlib.resources import files

import numpy as np
import pytest
from pooling.exact import known_se, normal_groups
from pooling.priors import HalfCauchy, HalfNormal, Normal
from reference import dense_known_se
from scipy.special import gammaln

NIST = files("scipy.stats.tests.data.nist_anova")
FILES = sorted(path.name for path in NIST.iterdir() if path.name.endswith(".dat"))


def one_way(name):
    """Rows (N, 2) of a file, group and value; certified mean squares between and within groups."""
    text = (NIST / name).read_text()
    first, last = map(int, re.search(r"Data\s+\(lines (\d+) to (\d+)\)", text).groups())
    rows = np.array([line.split() for line in text.splitlines()[first - 1 : last]], dtype=float)
    squares = [
        float(re.search(rf"{what}\s+\d+\s+\S+\s+(\S+)", text)[1]) for what in (r"Between \w+", r"Within \w+")
    ]
    return rows, *squares


def test_scipy_ships_all_eleven_of_nists_files():
    assert len(FILES) == 11


@pytest.mark.parametrize("name", FILES)
def test_nist_one_way(name):
    """Flat priors: sigma's posterior is what the certified mean square within groups says it is.

    Up to what groups alike add to it: with tau far above the scatter of the means all is known of sigma
    within groups, and sigma² is within / chi-square.
    """
    rows, _, within = one_way(name)
    code, value = np.unique(rows[:, 0], return_inverse=True)[1], rows[:, 1]
    n = np.bincount(code)
    middle = np.median(value)
    away = value - middle  # exact, or nearly: the files that test digits differ by little from 1e6, 1e12
    mean = np.bincount(code, away) / n
    ss = np.bincount(code, (away - mean[code]) ** 2)
    scale = np.sqrt(within)
    free = n.sum() - n.size
    p = normal_groups(
        n, middle + mean, ss, mu=Normal(middle, 1e6 * scale), tau=1e5 * scale, sigma=HalfCauchy(1e4 * scale)
    )
    # 1/sigma² ~ gamma((free - 1)/2) under a flat prior of sigma
    expected = scale * np.sqrt(free / 2) * np.exp(gammaln(free / 2 - 1) - gammaln((free - 1) / 2))
    assert p.error < 1e-4
    # SmLs07 to 09 are stored to sixteen digits of 1e12, so their scatter to three or four
    digits = 2e-3 if name in ("SmLs07.dat", "SmLs08.dat", "SmLs09.dat") else 1e-6
    assert p.sigma_mean == pytest.approx(expected, rel=digits)
    np.testing.assert_allclose(p.theta_mean, middle + mean, rtol=1e-12)


# Colditz et al. (1994), JAMA 271, 698-702: 13 trials of BCG against tuberculosis; cases and others among the
# vaccinated and the unvaccinated, as in Viechtbauer (2010), J. Stat. Software 36(3), table 1. Every number is
# as in data-raw/dat.colditz1994.txt of github.com/wviechtb/metadat at fc2ccb7.
BCG = np.array([
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232),
    (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
], float)  # fmt: skip


def log_risk_ratios():
    a, b, c, d = BCG.T
    return np.log(a / (a + b)) - np.log(c / (c + d)), np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


def test_bcg_as_restricted_maximum_likelihood_has_it():
    """In metafor tau² is 0.3132, the mean -0.7145 (se 0.1798); the posterior by vague priors lies near."""
    y, se = log_risk_ratios()
    assert (y[0], se[0] ** 2) == pytest.approx((-0.8893, 0.3256), abs=1e-4)  # as printed there
    p = known_se(y, se, mu=Normal(0, 100), tau=HalfCauchy(100))
    assert p.mu_mean == pytest.approx(-0.7145, abs=0.1 * p.mu_sd)
    assert 1 < p.mu_sd / 0.1798 < 1.25  # what tau is, is not known
    assert abs(p.tau_median - np.sqrt(0.3132)) < 0.5 * p.tau_sd
    flat = known_se(y, se, mu=Normal(0, 100), tau=np.sqrt(0.3132))
    assert (flat.mu_mean, flat.mu_sd) == pytest.approx((-0.7145, 0.1798), abs=1e-4)


@pytest.mark.parametrize("size", [0.1, 0.5, 5])
def test_bcg_against_a_dense_integral(size):
    y, se = log_risk_ratios()
    p = known_se(y, se, mu=Normal(0, 1), tau=HalfNormal(size))
    center, sd, median = dense_known_se(y, se, mu=(0, 1), tau=("HalfNormal", size))
    np.testing.assert_allclose(np.r_[p.mu_mean, p.theta_mean, p.tau_mean], center, atol=1e-7)
    np.testing.assert_allclose(np.r_[p.mu_sd, p.theta_sd, p.tau_sd], sd, rtol=1e-6)
    assert p.tau_median == pytest.approx(median, rel=1e-5)


# posteriordb, eight_schools-eight_schools_noncentered: means of 10,000 reference draws, and their standard
# errors, to five decimals; theta, mu, tau, with mu ~ N(0, 5) and tau ~ HC(5). Every number is as in
# reference_posteriors/summary_statistics/mean of github.com/stan-dev/posteriordb at e354533.
POSTERIORDB = (
    [6.15050, 4.93958, 3.90591, 4.79602, 3.61444, 4.05115, 6.31717, 4.88400, 4.41052, 3.60206],
    [0.05574, 0.04623, 0.05423, 0.04749, 0.04615, 0.04852, 0.04988, 0.05425, 0.03304, 0.03186],
)


def test_posteriordbs_eight_schools():
    y, se = [28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18]
    p = known_se(y, se, mu=Normal(0, 5), tau=HalfCauchy(5))
    mean, error = np.array(POSTERIORDB)
    assert np.all(np.abs(np.r_[p.theta_mean, p.mu_mean, p.tau_mean] - mean) < 4 * error)
