"""The set on radon: its checks against a quadrature of their own, and mistakes that must get no points."""

import contextlib
import csv
import io

import class_numbers
import make_class
import numpy as np
import pytest
from pooling.marks import Marks
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import linregress

SET, LIMIT = "4_radon", np.log(4)
TEXT = (make_class.HERE / f"{SET}.md").read_text("utf8")
CLASSES = [f"class-{k}" for k in range(3)]
MORE_CLASSES = [pytest.param(f"class-{k}", marks=pytest.mark.live) for k in range(3, 20)]


class Expecting(Marks):
    """Marks that keep what they expect, and how near an answer has to come."""

    def __init__(self, answers, points):
        super().__init__(answers, points)
        self.expected, self.holds, self.points = {}, {}, points

    def near(self, points, name, expected, *, within, says):
        """Note it, and give the points."""
        self.expected[name] = np.asarray(expected, float), within
        super().near(points, name, expected, within=within, says=says)

    def true(self, points, says, test):
        """Note the test by the answer's name, and give the points."""
        self.holds[says.partition(":")[0]] = test
        super().true(points, says, test)


class Data:
    """A class's tables, read without the set."""

    def __init__(self, drawn):
        self.names, uranium = zip(*drawn["counties"], strict=True)
        self.ppm, self.soil = np.array(uranium), np.log(uranium)
        self.county = np.array([self.names.index(row[0]) for row in drawn["rows"]])
        self.first = np.array([float(row[1] == "first") for row in drawn["rows"]])
        self.radon = np.array([row[2] for row in drawn["rows"]])
        self.y = np.log(self.radon)
        self.n = np.bincount(self.county, minlength=16)
        self.share, self.mean = (self.of_counties(x) for x in (self.first, self.y))

    def of_counties(self, x):
        """Return the mean of each county, 0 where there is no house."""
        return np.bincount(self.county, x, 16) / np.maximum(self.n, 1)


class Believed:
    """Coefficients and levels are normal given tau and sigma, which are summed over a grid of their logs."""

    def __init__(self, data, prior_tau, *of_counties, floor=True):
        counties = np.column_stack([np.ones(16), *of_counties])
        x = np.column_stack([counties[data.county], data.first] if floor else [counties[data.county]])
        w = np.column_stack([x, data.county[:, None] == np.arange(16)])
        tau, sigma = (
            np.exp(x).ravel()
            for x in np.meshgrid(np.linspace(-8, 1.2, 70), np.linspace(-1.2, 0.6, 45), indexing="ij")
        )
        prior = np.full((tau.size, w.shape[1]), 1 / 25)
        prior[:, x.shape[1] :] = 1 / tau[:, None] ** 2
        precision = w.T @ w / sigma[:, None, None] ** 2 + prior[:, :, None] * np.eye(w.shape[1])
        covariance = np.linalg.inv(precision)
        b = w.T @ data.y / sigma[:, None] ** 2
        centre = (covariance @ b[:, :, None])[:, :, 0]
        log_p = np.log(prior).sum(axis=1) / 2 - np.linalg.slogdet(precision)[1] / 2
        log_p += (b * centre).sum(axis=1) / 2 - data.y @ data.y / sigma**2 / 2 - data.y.size * np.log(sigma)
        log_p += np.log(tau * sigma) - (tau / prior_tau) ** 2 / 2 - sigma**2 / 2
        p = np.exp(log_p - log_p.max())
        self.p, self.sigma = p / p.sum(), sigma
        level = np.column_stack([counties, np.zeros((16, int(floor))), np.eye(16)])
        self.of_levels = centre @ level.T, np.einsum("ji,kim,jm->kj", level, covariance, level)
        self.coefficients, self.tau_mean, self.sigma_mean = (self.p @ a for a in (centre, tau, sigma))
        self.mean = self.p @ self.of_levels[0]
        self.sd = np.sqrt(self.p @ (self.of_levels[1] + self.of_levels[0] ** 2) - self.mean**2)

    def over(self, limit=LIMIT, *, houses=True):
        """Return the probability that a basement of each county, or the county's level, is over the limit."""
        mean, var = self.of_levels
        return self.p @ ndtr((mean - limit) / np.sqrt(var + houses * self.sigma[:, None] ** 2))


class Truth:
    """What is right in a class, computed without the set and without the package, and what is wrong."""

    def __init__(self, drawn):
        self.data = data = Data(drawn)
        self.drawn, self.known = drawn, drawn["known"]
        self.point, self.line, self.twice, self.blind = (
            Believed(data, drawn["prior_tau"], *predictors, floor=floor)
            for predictors, floor in (
                ((), True), ((data.soil,), True), ((data.soil, data.share), True), ((), False),
            )
        )  # fmt: skip
        off = data.first - data.share[data.county]
        self.within = linregress(off, data.y - data.mean[data.county]).slope
        self.between = linregress(data.share[data.county], data.mean[data.county]).slope
        self.one = linregress(data.first, data.y)
        self.some = data.n > 0

    def by_hand(self, *, soil=None, floor=True):
        """Return weight, estimate, sd of the county with two houses, from the covariance of its houses."""
        data, known = self.data, self.known
        j = data.names.index(self.drawn["small_name"])
        its = data.county == j
        z = data.y[its] - known["beta"] * data.first[its] * floor
        to = known["gamma0"] + known["gamma1"] * (data.soil[j] if soil is None else soil)
        gain = known["tau"] ** 2 * np.linalg.solve(
            known["tau"] ** 2 * np.ones((2, 2)) + known["sigma"] ** 2 * np.eye(2), np.ones(2)
        )
        return gain.sum(), to + gain @ (z - to), np.sqrt(known["tau"] ** 2 * (1 - gain.sum()))

    def right(self):
        """Return the answer to each question that has a tolerance."""
        data, new, asked = self.data, self.drawn["new"], self.drawn["asked"]
        weight, estimate, sd = self.by_hand()
        half = brentq(lambda at: self.line.over(at)[new] - 0.5, -3, 6)
        return {
            "one_line": [self.one.intercept, self.one.slope],
            "own_levels": (data.mean - self.within * data.share)[self.some],
            "slopes": [self.within, self.between],
            "asked_mean": self.point.mean[asked],
            "asked_sd": self.point.sd[asked],
            "taus": [self.point.tau_mean, self.line.tau_mean],
            "worth": (self.line.sigma_mean / self.line.tau_mean) ** 2,
            "floors": self.twice.coefficients[[3, 2]],
            "weight": weight,
            "estimate": estimate,
            "estimate_sd": sd,
            "chance_point": self.point.over()[new],
            "chance_line": self.line.over()[new],
            "half": np.exp(half),
            "chances": self.line.over(),
        }

    def wrong(self):
        """Yield the answer's name, the mistake, and what it leads to."""
        data, known, right = self.data, self.known, self.right()
        new, asked = self.drawn["new"], self.drawn["asked"]
        point, line = self.point, self.line
        own = data.mean - self.within * data.share
        raw = linregress(data.first, data.radon)
        yield "one_line", "pCi/L for its log", [raw.intercept, raw.slope]
        yield "one_line", "slope first", right["one_line"][::-1]
        yield "own_levels", "floor forgotten", data.mean[self.some]
        yield "own_levels", "of first floors", (own + self.within)[self.some]
        yield "own_levels", "pooled", point.mean[self.some]
        yield "slopes", "between first", right["slopes"][::-1]
        yield "slopes", "one line's in both", [self.one.slope, self.one.slope]
        yield "asked_mean", "not pooled", own[asked]
        yield "asked_mean", "beyond the point", point.mean[asked] - point.coefficients[0]
        yield "asked_mean", "pCi/L for its log", np.exp(point.mean[asked])
        yield "asked_mean", "floor forgotten", self.blind.mean[asked]
        yield "asked_mean", "weights exchanged", own[asked] + point.coefficients[0] - point.mean[asked]
        yield "asked_sd", "variance", point.sd[asked] ** 2
        yield "asked_sd", "of the population", point.tau_mean
        yield "taus", "line first", right["taus"][::-1]
        yield "taus", "variances", np.square(right["taus"])
        yield "worth", "sds for variances", line.sigma_mean / line.tau_mean
        yield "worth", "uranium forgotten", (point.sigma_mean / point.tau_mean) ** 2
        yield "worth", "upside down", 1 / right["worth"]
        yield "floors", "share first", right["floors"][::-1]
        yield "floors", "share forgotten", [line.coefficients[2], line.coefficients[2]]
        yield "floors", "slope between for the effect", right["floors"] + [0, right["floors"][0]]
        yield "weight", "exchanged", 1 - right["weight"]
        yield "weight", "sds for variances", 2 / (2 + known["sigma"] / known["tau"])
        yield "weight", "of one house", 1 / (1 + (known["sigma"] / known["tau"]) ** 2)
        at = data.names.index(self.drawn["small_name"])
        yield "estimate", "not pooled", own[at]
        yield "estimate", "weights exchanged", own[at] + self.on_line(at) - right["estimate"]
        yield "estimate", "floor forgotten", self.by_hand(floor=False)[1]
        yield "estimate", "uranium forgotten", self.by_hand(soil=0)[1]
        yield "estimate", "uranium without its log", self.by_hand(soil=data.ppm[at])[1]
        yield "estimate", "pCi/L for its log", np.exp(right["estimate"])
        yield "estimate_sd", "variance", right["estimate_sd"] ** 2
        yield "estimate_sd", "not pooled", known["sigma"] / np.sqrt(2)
        yield "estimate_sd", "weights exchanged", known["tau"] * np.sqrt(right["weight"])
        for name, model, other in (("chance_point", point, line), ("chance_line", line, point)):
            yield name, "of the other model", other.over()[new]
            yield name, "of the level", model.over(houses=False)[new]
            yield name, "under the limit", 1 - model.over()[new]
            yield name, "limit without its log", model.over(4)[new]
        yield "half", "log", np.log(right["half"])
        yield "half", "mean of pCi/L", right["half"] * np.exp((line.sd[new] ** 2 + line.sigma_mean**2) / 2)
        yield "half", "uranium forgotten", np.exp(point.mean[new])
        yield "chances", "uranium forgotten", point.over()
        yield "chances", "of the levels", line.over(houses=False)
        yield "chances", "under the limit", 1 - line.over()
        yield "chances", "limit without its log", line.over(4)

    def on_line(self, j):
        """Return what the known numbers expect of a county's level."""
        return self.known["gamma0"] + self.known["gamma1"] * self.data.soil[j]

    def treated(self, chances, threshold=None):
        """Return the counties in which the chance is over the threshold."""
        threshold = self.drawn["treat"] / self.drawn["leave"] if threshold is None else threshold
        return {name for name, chance in zip(self.data.names, chances, strict=True) if chance > threshold}

    def wrongly_treated(self):
        """Return counties, by the mistake that leads to them."""
        chances, own = self.line.over(), self.data.mean - self.within * self.data.share
        return {
            "uranium forgotten": self.treated(self.point.over()),
            "by the levels": self.treated(self.line.over(houses=False)),
            "by own levels": self.treated(own, LIMIT),
            "where leaving costs less": set(self.data.names) - self.treated(chances),
            "costs exchanged": self.treated(chances, 1 - self.drawn["treat"] / self.drawn["leave"]),
        }


class Class:
    """A class's numbers, what the checks of its notebook expect, and what is true."""

    def __init__(self, name, folder):
        self.drawn = class_numbers.numbers(name, SET)
        for table, rows in class_numbers.module(SET).files(self.drawn).items():
            with (folder / table).open("w", newline="") as file:
                csv.writer(file).writerows(rows)
        self.expected, self.holds, self.lost, place = {}, {}, [], {}
        with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
            for cell in make_class.rendered(TEXT, self.drawn).cells:
                if cell.cell_type == "code":
                    exec(cell.source, place)
                    place["Marks"] = Expecting
                if marks := place.pop("marks", None):
                    self.expected |= marks.expected
                    self.holds |= marks.holds
                    self.lost += [cell.id] * (marks.total() < marks.points)
        self.truth = Truth(self.drawn)


@pytest.fixture(scope="module", params=[*CLASSES, *MORE_CLASSES])
def a_class(request, tmp_path_factory):
    """Return a class whose notebook was run with the key."""
    return Class(request.param, tmp_path_factory.mktemp("class"))


def test_the_key_and_another_way_lead_to_what_the_checks_expect(a_class):
    assert a_class.lost == []
    right = a_class.truth.right()
    assert right.keys() == a_class.expected.keys()
    for answer, (value, within) in a_class.expected.items():
        np.testing.assert_allclose(right[answer], value, rtol=0, atol=within / 2, err_msg=answer)
    assert a_class.holds.keys() == {"treated"}
    assert a_class.holds["treated"](lambda _: a_class.truth.treated(right["chances"]))


def test_mistakes_lead_far_from_what_is_right(a_class):
    """More than two tolerances; several numbers are outside of one, half of them at least."""
    near = [
        (answer, mistake)
        for answer, mistake, value in a_class.truth.wrong()
        for right, within in [a_class.expected[answer]]
        if np.mean(np.abs(value - right) > (1 if right.size > 1 else 2) * within) < 0.5
    ]
    assert near == []
    treated = a_class.holds["treated"]
    assert not [
        mistake for mistake, names in a_class.truth.wrongly_treated().items() if treated(lambda _, x=names: x)
    ]


def test_a_class_has_its_own_truth_and_a_county_without_houses():
    drawn = [class_numbers.numbers(name, SET) for name in CLASSES]
    truths = [tuple(one["truth"].values()) for one in drawn]
    assert len(set(truths)) == len(CLASSES)
    for one in drawn:
        data = Data(one)
        assert np.flatnonzero(data.n == 0).tolist() == [one["new"]]
        assert one["new"] < 15, "the last code tells random_intercept how many counties there are"
        assert data.names[one["new"]] == one["new_name"]
        assert sorted(data.names) == list(data.names)
        assert data.y.size == 155
        assert data.n[data.names.index(one["small_name"])] == 2
