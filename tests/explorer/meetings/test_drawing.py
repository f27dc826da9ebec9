"""What the explorers of chapters 1 to 7 draw, read back by its tick labels, against the memo programs."""

import warnings

import drawings
import numpy as np
import pytest
from meetings_engine import by_name
from pooling import complete_pooling, learned_variance, missing_data, no_pooling, partial_pooling
from pooling.departments import Department
from pooling.explorer import explore
from pooling.hyperpriors import mean_map
from pooling.learned_variance import ImproperPosteriorWarning
from pooling.models_contrasted import MODELS, department_posterior
from scipy.interpolate import RegularGridInterpolator
from scipy.stats import halfcauchy, norm

pytestmark = pytest.mark.slow

NAMES = [d.name for d in Department]
PROGRAMS = {
    "complete_pooling": complete_pooling,
    "no_pooling": no_pooling,
    "partial_pooling": partial_pooling,
    "hyperpriors": partial_pooling,
    "missing_data": missing_data,
    "learned_variance": learned_variance,
}
SCALES = {
    "complete_pooling": ["sigma"],
    "no_pooling": ["sigma"],
    "partial_pooling": ["mu_scale", "tau_scale", "sigma"],
    "learned_variance": ["mu_scale", "tau_scale", "sigma_scale"],
}
#: Who comes alone, and with whom; symmetric in nothing.
ALONE = {"t[GOVERNMENT]": 7.0, "t[ENGLISH]": -31.0, "t[MATH]": 22.0}
TOGETHER = {"t": [[-38.0, 5.0, 11.0], [], [30.0, 31.0]]}


def settings_of(stem):
    """Return where a drawing is read: at its start, with all scales at one end, and anywhere."""
    kind = explore(stem).kind
    start, anywhere = drawings.initial(kind), drawings.random_settings(kind, np.random.default_rng(7))
    low, high = (
        start
        | {
            c.name: float((c.begin or (c.min, c.max))[end])
            for c in kind.controls
            if c.name[0] != "t" or c.name[1] == "a"
        }
        for end in (0, 1)
    )
    came = TOGETHER if "t" in start else ALONE
    last = {"t": [[40.0], [-40.0, 0.0, 1.0], []]} if "t" in start else {}
    settings = [low | came, high | last, anywhere | (came if "t" in start else {}), start]
    if "model" in start:
        settings = [one | {"model": model} for one, model in zip(settings, MODELS, strict=True)]
    return settings


def marginals(stem, given):
    """Return Python's marginals by the names of the page."""
    model = given.get("model")
    names = SCALES[model] if model else [name for name in given if name != "t"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImproperPosteriorWarning)
        found = by_name(
            PROGRAMS[model or stem].posterior(given["t"], **{name: given[name] for name in names})
        )
        if stem == "missing_data":
            found["theta[NEW]"] = missing_data.new_department(**given)
        if model:
            rows = department_posterior(model, **{name: given[name] for name in given if name != "model"})
            for row, name in enumerate([*NAMES, "NEW"]):
                theta = rows.theta_marginal
                found[f"theta[{name}]"] = theta._replace(probability=theta.probability[row])
    return found


def heights(marginal):
    """Return what a curve shows: the probability of equal cells; of others, the density per log value."""
    if marginal.boundaries is None:
        return marginal.probability
    return marginal.values * marginal.probability / np.diff(marginal.boundaries)


def curve(values, ys):
    return lambda x: np.interp(x, values, ys)


def on_grid(density, values):
    p = density(values)
    return curve(values, p / p.sum())


def beside(name, marginal, given):
    """Return the curves beside the posterior, by their class, where the page has any."""
    values = marginal.values
    if name in ("mu", "tau"):
        prior = norm(0, given["mu_scale"]) if name == "mu" else halfcauchy(scale=given["tau_scale"])
        return {"pe-prior": on_grid(prior.pdf, values)}
    if name.startswith("sigma"):  # its grid is the prior: as much in each cell
        return {"pe-prior": curve(values, values / values.size / np.diff(marginal.boundaries))}
    if "mu" not in given:
        return {}
    came = given["t"] if name == "theta" else given["t"][Department[name[6:-1]]]
    likelihood = norm(np.reshape(came, (-1, 1)), given["sigma"])
    return {
        "pe-prior": on_grid(norm(given["mu"], given["tau"]).pdf, values),
        "pe-likelihood": on_grid(lambda x: np.exp(likelihood.logpdf(x).sum(axis=0)), values),
    }


class Panel:
    """One panel of a drawing, its axis, and where the curves stand."""

    def __init__(self, drawing, node):
        self.drawing, self.node, self.name = drawing, node, node.get("data-panel")
        self.axis = self._axis()
        (line,) = self.pieces("pe-baseline")
        self.foot, self.ends = line[0, 1], line[:, 0]

    def _axis(self):
        """A panel without tick labels has those of the next panel with the same lines."""
        panels = self.drawing.all("pe-panel")
        for one in panels[panels.index(self.node) :]:
            axis = self.drawing.plot(one, log="x" if self.name.startswith("sigma") else "").x
            if axis and self._lines(one) == self._lines(self.node):
                return axis
        raise AssertionError(f"no tick labels for {self.name}")

    def _lines(self, node):
        return [path.get("d").partition(",")[0] for path in self.drawing.one("pe-grid", node).iter("path")]

    def one(self, kinds):
        return self.drawing.one(kinds, self.node)

    def pieces(self, kinds):
        return self.drawing.pieces(self.one(kinds))

    def within(self, values):
        """Return values as far as the axis has them."""
        return np.clip(values, *self.axis.value(self.ends))


def curves_of(panel, marginal, given):
    """Return posterior, prior and likelihood, each as it is drawn and as it should be."""
    densities = {"pe-posterior": curve(marginal.values, heights(marginal))}
    densities |= beside(panel.name, marginal, given)
    drawn = []
    for kind in ("pe-posterior", "pe-prior", "pe-likelihood"):
        pieces = panel.pieces(kind)
        assert bool(pieces) == (kind in densities), (panel.name, kind)
        drawn += [drawings.Curve(panel.axis, piece, panel.foot, densities[kind]) for piece in pieces]
    (filled,) = panel.pieces("pe-fill")
    np.testing.assert_array_equal(filled[1:-2], drawn[0].places)
    np.testing.assert_array_equal(filled[[0, -2], 1], panel.foot)
    return drawn


def check_centre(panel, marginal, unit):
    """The mean or the median, as high as the curve is there; both ends of a scale's interval; in words."""
    scale = panel.name.startswith(("tau", "sigma"))
    at = marginal.median if scale else marginal.mean
    (stem,), dot = panel.pieces("pe-centre"), panel.drawing.place(panel.one("pe-dot"))
    panel.axis.says(stem[:, 0], at)
    np.testing.assert_array_equal(stem[0], dot)
    near = np.interp(panel.axis.value(dot[0] + np.array([0, -0.1, 0.1])), marginal.values, heights(marginal))
    assert panel.foot - dot[1] == pytest.approx(unit * near[0], abs=drawings.PIXEL + unit * np.ptp(near))
    if scale:
        (span,) = panel.pieces("pe-span")
        panel.axis.says(span[:, 0], panel.within(marginal.interval(0.94)))
    (words,) = panel.drawing.texts("pe-stat", panel.node)
    assert words.startswith("median " if scale else "mean ") or drawings.number(words) is not None
    told = drawings.numbers(words)
    assert told == pytest.approx([at, marginal.sd][: len(told)], abs=0.0051)


def reference_of(stem, given, expected):
    """Return where the diamonds stand."""
    t = given["t"][np.isfinite(given["t"])]
    if stem == "complete_pooling":
        return t.mean()
    if stem == "no_pooling":
        return given["mu"]
    if "mu_scale" in given and "sigma" in given:  # one theta ~ N(0, mu_scale) for all
        precision = t.size / given["sigma"] ** 2
        return precision * t.mean() / (precision + given["mu_scale"] ** -2) if t.size else 0.0
    return expected["mu"].mean if "mu" in expected else None


def check_lanes(panel, given, centre, reference):
    """Marks under the axis stand at what they mark; arrows run from the data to the centre."""
    drawing, axis = panel.drawing, panel.axis
    marks = [node for kind in ("pe-puck", "pe-sample") for node in drawing.all(kind, panel.node)]
    department = panel.name[6:-1]
    for node in marks:
        whose = next(name for name in NAMES if f"pe-{name}" in drawing.around(node))
        assert department in ("", whose)
        came = np.atleast_1d(given["t"][Department[whose]])
        came = came[np.isfinite(came)]
        if drawing.hidden(node):
            assert came.size == 0
        else:
            axis.says(drawing.place(node)[0], came.mean())
    for node in drawing.all("pe-reference", panel.node):
        axis.says(drawing.place(node)[0], reference)
    for node in drawing.all("pe-through", panel.node):
        axis.says(drawing.pieces(node)[0][:, 0], reference)
    for head in drawing.all("pe-head", panel.node):
        (arrow,) = (drawing.pieces(node) for node in drawing.all("pe-arrow", panel.node))
        axis.says(drawing.place(head)[0], centre)
        pulled = drawing.place(marks[0] if department else drawing.one("pe-reference", panel.node))[0]
        far = drawing.place(head)[0] - pulled
        way = np.sign(far)
        assert bool(arrow) == (abs(far) > 20) != drawing.hidden(head)
        if arrow:
            start, end = way * (arrow[0][:, 0] - pulled)
            assert 0 < start < 12 < end < abs(far)
            assert f"scale({way:.0f},1)" in head.get("transform")
    for text in drawing.texts("pe-code", panel.node):
        if text.startswith("t = "):
            assert drawings.number(text[4:]) == given["t"][Department[department]]


def check_arrivals(panel, given):
    """Each arrival is a point that can be moved, at its minute."""
    d = Department[panel.name[6:-1]]
    (band,) = (one for one in panel.drawing.drawn("pe-arrivals") if f"pe-{d.name}" in one.get("class"))
    hands = panel.drawing.all("pe-hand", band)
    came = given["t"][d][np.isfinite(given["t"][d])]
    panel.axis.says([panel.drawing.place(hand)[0] for hand in hands], came)
    tags = [tag.partition(" = ") for tag in panel.drawing.texts("pe-tag", band)]
    assert [name for name, *_ in tags] == [f"t[{d.name},{i}]" for i in range(came.size)]
    assert [drawings.number(value) for *_, value in tags] == came.tolist()
    quiet = panel.drawing.texts("pe-quiet", panel.node)[0]
    assert drawings.numbers(quiet)[:1] == ([came.size] if "=" in quiet else [])
    if "mean" in quiet:
        assert drawings.numbers(quiet)[1] == pytest.approx(came.mean(), abs=0.0501)


def panels_of(drawing, *, own=False):
    """Return the panels that are seen, in groups that share a scale; of `own` scales each is alone."""
    groups = {}
    for node in drawing.all("pe-panel"):
        if not drawing.hidden(node):
            panel = Panel(drawing, node)
            groups.setdefault(panel.name if own else panel.name.partition("[")[0], []).append(panel)
    return list(groups.values())


def check_panels(drawing, stem, given, expected):
    """Curves, centres and lanes of all panels that are seen."""
    groups = panels_of(drawing, own="learned_variance" in (stem, given.get("model")))
    for group in groups:
        drawn = [one for panel in group for one in curves_of(panel, expected[panel.name], given)]
        unit = drawings.on_one_scale(drawn)
        for panel in group:
            check_centre(panel, expected[panel.name], unit)
    reference = reference_of(stem, given, expected)
    panels = [panel for group in groups for panel in group]
    for panel in panels:
        check_lanes(panel, given, expected[panel.name].mean, reference)
        if given["t"].ndim == 2 and panel.name[6:-1] in NAMES and panel.name.startswith("theta"):
            check_arrivals(panel, given)
    return panels


@pytest.mark.parametrize("stem", [*PROGRAMS, "models_contrasted"])
def test_everything_stands_where_python_has_it(stem):
    kind = explore(stem).kind
    with drawings.shown(stem) as show:
        for settings in settings_of(stem):
            given = drawings.arguments(kind, settings)
            expected, means = marginals(stem, given), {}
            if "model" in given:
                asked = {name: given[name] for name in given if name != "model"}
                means = {one: department_posterior(one, **asked).theta_marginal.mean for one in MODELS}
            for width in (900, 360):
                panels = check_panels(show(settings, width=width), stem, given, expected)
                if means:
                    check_models(panels, means, given["model"])


def check_models(panels, means, chosen):
    """The letter of each model stands under its mean, as far as there is room; the table has the numbers."""
    drawing = panels[0].drawing
    letters = [model[0].upper() for model in MODELS]
    for panel in panels:
        if not panel.name.startswith("theta"):
            continue
        row = [*NAMES, "NEW"].index(panel.name[6:-1])
        ways = panel.pieces("pe-leader")
        panel.axis.says([way[0, 0] for way in ways], [means[model][row] for model in MODELS])
        marks = drawing.all("pe-mark", panel.node)
        assert ["".join(mark.itertext()) for mark in marks] == letters
        at = np.array([drawing.place(mark) for mark in marks])
        np.testing.assert_array_equal(at[:, 0], [way[-1, 0] for way in ways])
        assert np.diff(np.sort(at[:, 0])).min() > 18.9  # clear of each other
        assert ["pe-chosen" in mark.get("class") for mark in marks] == [one == chosen for one in MODELS]
    table = drawing.one("pe-contrast")
    assert ["".join(head.itertext()) for head in table.find("thead").iter("th")][1:] == letters
    told = [[drawings.number(cell.text) for cell in row.iter("td")] for row in table.find("tbody").iter("tr")]
    np.testing.assert_allclose(np.transpose(told), list(means.values()), atol=0.0051)


@pytest.mark.parametrize("stem", ["no_pooling", "partial_pooling", "missing_data"])
def test_what_was_set_before_is_dashed(stem):
    kind = explore(stem).kind
    before, _, _, now = settings_of(stem)
    was, given = (drawings.arguments(kind, one) for one in (before, now))
    past, expected = marginals(stem, was), marginals(stem, given)
    with drawings.shown(stem) as show:
        drawing = show(now, before=before)
    for group in panels_of(drawing):
        drawn = []
        for panel in group:
            places, centre = (drawing.pieces(one)[0] for one in drawing.all("pe-ghost", panel.node))
            marginal = past[panel.name]
            density = curve(marginal.values, heights(marginal))
            drawn += curves_of(panel, expected[panel.name], given)
            drawn.append(drawings.Curve(panel.axis, places, panel.foot, density))
            panel.axis.says(centre[:, 0], marginal.median if panel.name == "tau" else marginal.mean)
        drawings.on_one_scale(drawn)
    (note,) = (text for text in drawing.texts("pe-note") if "dashed" in text)
    for name in set(now) - {"t"}:
        assert (f"{name} {before[name]:g}" in note) == (before[name] != now[name])


def exact_theta(given, j):
    """Return p(theta_j given t), the population learned: a mixture over tau, by the shrinkage formula."""
    rows = [row[np.isfinite(row)] for row in given["t"].reshape(3, -1)] + [np.array([])]
    n, y = np.array([row.size for row in rows]), np.array([row.mean() if row.size else 0 for row in rows])
    tau = np.exp(np.arange(-200, 800) * 0.02)[:, None]
    share = n * tau**2 / (n * tau**2 + given["sigma"] ** 2)  # of a department's own mean
    precision = share / tau**2
    spread = 1 / (precision.sum(axis=1) + given["mu_scale"] ** -2)
    mu = spread * (precision @ y)
    log_p = 0.5 * (np.log(precision[:, n > 0]).sum(axis=1) + np.log(spread) + mu**2 / spread)
    log_p += (
        -0.5 * (precision @ y**2) + halfcauchy.logpdf(tau[:, 0], scale=given["tau_scale"]) + np.log(tau[:, 0])
    )
    weight = np.exp(log_p - log_p.max())
    mean = share[:, j] * y[j] + (1 - share[:, j]) * mu
    sd = np.sqrt(tau[:, 0] ** 2 * (1 - share[:, j]) + (1 - share[:, j]) ** 2 * spread)
    return lambda x: weight / weight.sum() @ norm.pdf(x, mean[:, None], sd[:, None])


def test_beyond_the_grid_curves_are_those_of_no_grid():
    for stem, far in (("complete_pooling", {"tau": 45.0, "t[MATH]": 120.0}),
                      ("no_pooling", {"tau": 60.0, "t[MATH]": -70.0}),
                      ("partial_pooling", {"tau_scale": 40.0, "t[MATH]": 90.0})):  # fmt: skip
        kind = explore(stem).kind
        settings = drawings.initial(kind) | ALONE | far
        given = drawings.arguments(kind, settings)
        with drawings.shown(stem) as show:
            drawing = show(settings)
        assert "exact" in drawing.texts("pe-warning")[0]
        drawn = []
        for node in drawing.all("pe-panel"):
            panel = Panel(drawing, node)
            if panel.name in ("mu", "tau"):
                continue
            came = given["t"] if panel.name == "theta" else given["t"][[Department[panel.name[6:-1]]]]
            if stem == "partial_pooling":
                curves = {"pe-posterior": exact_theta(given, Department[panel.name[6:-1]])}
            else:
                prior = norm(given["mu"], given["tau"])
                likelihood = norm(came.mean(), given["sigma"] / np.sqrt(came.size))
                precision = given["tau"] ** -2 + came.size * given["sigma"] ** -2
                mean = (given["mu"] * given["tau"] ** -2 + came.sum() * given["sigma"] ** -2) / precision
                posterior = norm(mean, precision**-0.5)
                curves = {
                    "pe-posterior": posterior.pdf,
                    "pe-prior": prior.pdf,
                    "pe-likelihood": likelihood.pdf,
                }
            drawn += [drawings.Curve(panel.axis, panel.pieces(kind)[0], panel.foot, density)
                      for kind, density in curves.items()]  # fmt: skip
        drawings.on_one_scale(drawn)


@pytest.mark.parametrize("settings", [{}, {"mu_scale": 1.0, "tau_scale": 17.5}, {"mu_scale": 20.0}])
def test_the_map_has_the_setting_and_the_contours_where_they_are(settings):
    kind = explore("hyperpriors").kind
    settings = drawings.initial(kind) | settings
    given = drawings.arguments(kind, settings)
    scales = np.arange(1, 20.5, 0.5)
    table = mean_map(given["t"], scales, scales, sigma=given["sigma"]).theta[Department.MATH]
    value = RegularGridInterpolator((scales, scales), table)
    with drawings.shown("hyperpriors") as show:
        drawing = show(settings)
    svg = drawing.one("pe-map-drawing")
    plot = drawing.plot(svg)
    here = settings["mu_scale"], settings["tau_scale"]
    marker = drawing.one("pe-marker")
    for axis, at, scale in zip(plot, drawing.place(marker), here, strict=True):
        axis.says(at, scale)
    told = drawings.numbers(drawing.texts("pe-halo", marker)[0])
    assert told == pytest.approx([float(value(here)), *here], abs=0.0051)
    assert drawing.texts("pe-code", svg) == ["tau_scale", "mu_scale"]  # up, across

    level, labelled = None, 0
    for node in drawing.one("pe-contours", svg):  # a line, then its label if there is room
        if node.tag == "text":
            at = plot.x.value(float(node.get("x"))), plot.y.value(float(node.get("y")) - 4)
            assert float(value(at)) == pytest.approx(drawings.number(node.text), abs=0.1)
            assert drawings.number(node.text) == pytest.approx(level, abs=0.1)
            labelled += 1
            continue
        places = np.concatenate(drawing.pieces(node))
        on = np.column_stack([plot.x.value(places[:, 0]), plot.y.value(places[:, 1])])
        level = np.median(value(np.clip(on, 1, 20)))
        np.testing.assert_allclose(value(np.clip(on, 1, 20)), level, atol=0.1)
    assert labelled > 3
    words = svg.get("aria-label")
    corners = [table[0, 0], table[-1, 0], table[0, -1], table[-1, -1]]
    said = drawings.numbers(words)
    assert said[:12:3] == pytest.approx(corners, abs=0.0051)
    assert said[-1] == pytest.approx(float(value(here)), abs=0.0051)
