"""Chapter 12: its figures, in the look of `pooling.plots.style`."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from pooling import checks
from pooling.plots.picture import Picture
from pooling.plots.style import BLUE, ORANGE, PURPLE, TEXT, empty, legend, look, number, svg

__all__ = ["by_rows", "changes", "checked", "counts", "index_map", "matrices", "shares"]

_LEVELS = (1e-4, 1e-3, 1e-2, 1e-1)  # a shade begins at each
_OPACITY = (0.28, 0.52, 0.76, 1.0)  # the steps are seen alike on white and on near-black
_HATCH = "//////"
_CORNERS = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
_CODES = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]


def by_rows(n, mean):
    """Return the order of all figures: most rows first, and among equals the highest mean first.

    Parameters
    ----------
    n, mean : array (J,)
    """
    n, mean = _groups(n=n, mean=mean)
    return np.lexsort((-mean, -n))


@look()
def counts(city, y, *, n, mean, alt=None) -> Picture:
    """Draw every count over its city, cities with most rows first, and each city's mean.

    Parameters
    ----------
    city : array of int (rows,)
    y : array (rows,)
    n, mean : array (J,)
    alt : str, optional
        Default: how many cities have how many rows, and the range of the counts.
    """
    n, mean = _groups(n=n, mean=mean)
    place = np.argsort(by_rows(n, mean))
    fig = empty(height=230)
    ax = fig.subplots()
    ax.plot(place, mean, "_", color=ORANGE, markersize=7, markeredgewidth=2)
    ax.plot(place[city], y, ".", color=BLUE, markersize=5)
    _blocks(ax, n)
    ax.set(ylabel="accidents in a month", ylim=(-1, None))
    legend(fig, [
        Line2D([], [], label="a row", linestyle="", marker=".", color=BLUE, markersize=8),
        Line2D([], [], label="mean of a city", linestyle="", marker="_", color=ORANGE, markersize=10,
               markeredgewidth=2),
    ])  # fmt: skip
    many = ", ".join(f"{(n == k).sum()} with {k}" for k in sorted(set(n.astype(int))))
    return svg(fig, alt=alt or (
        f"{len(y)} counts of {len(n)} cities, ordered by rows a city: {many}. Counts from {min(y):g} to "
        f"{max(y):g}, means of cities from {mean.min():.1f} to {mean.max():.1f}."
    ))  # fmt: skip


@look()
def changes(columns, *, sender, n, mean, alt=None) -> Picture:
    """Draw what happens to every estimate when the rows of one city go up by one, a panel a model.

    Parameters
    ----------
    columns : dict of str to array (J,)
        Name of a model and a column of its influence matrix.
    sender : int
        The city that moves; its own bar is cut, and its height written.
    n, mean : array (J,)
    alt : str, optional
        Default: the sender's own change, and least and largest of the others', for each model.
    """
    n, mean = _groups(n=n, mean=mean)
    columns = {k: checks.array(f"columns[{k!r}]", x, shape=n.shape) for k, x in columns.items()}
    order = by_rows(n, mean)
    at = int(np.argsort(order)[sender])
    others = {name: np.delete(x, sender) for name, x in columns.items()}
    top = 1.3 * max(np.abs(x).max() for x in others.values())
    fig = empty(height=60 + 115 * len(columns))
    axes = np.atleast_1d(fig.subplots(len(columns), 1, sharex=True))
    said = []
    for ax, (name, x) in zip(axes, columns.items(), strict=True):
        up = x[order] >= 0
        bars = ax.bar(range(n.size), x[order], width=0.75, color=np.where(up, BLUE, ORANGE))
        bars[at].set_color(PURPLE)
        ax.axhline(0, color=TEXT, linewidth=0.8)
        _blocks(ax, n, label=ax is axes[-1])
        ax.set_ylim(-top, top)
        ax.annotate(f"{number(x[sender])} itself", (at, top), xytext=(6, 0), textcoords="offset points",
                    color=TEXT, va="top")  # fmt: skip
        ax.text(1, 0.02, name, transform=ax.transAxes, ha="right", va="bottom")
        said.append(f"{name}: itself {x[sender]:.3f}, others from {others[name].min():.4f} to "
                    f"{others[name].max():.4f}.")  # fmt: skip
    fig.supylabel("change of the estimate", fontsize=12)
    return svg(fig, alt=alt or f"City {sender} goes up by one. Estimates change. " + " ".join(said))


@look()
def matrices(panels, *, n, mean, alt=None) -> Picture:
    """Draw influence matrices: a row for each city that is moved, a column for each that moves it.

    Parameters
    ----------
    panels : dict of str to array (J, J)
        One or two, by name. Shades go by powers of ten; what is negative is hatched.
    n, mean : array (J,)
        Cities are ordered by rows, most first, and then by mean.
    alt : str, optional
        Default: for each panel, the range on the diagonal and off it.
    """
    n, mean = _groups(n=n, mean=mean)
    panels = {k: checks.array(f"panels[{k!r}]", x, shape=(n.size, n.size)) for k, x in panels.items()}
    if not 1 <= len(panels) <= 2:
        raise ValueError(f"panels must hold 1 or 2 matrices, got {len(panels)}")
    order = by_rows(n, mean)
    fig = empty(height=360 if len(panels) == 1 else 245)
    axes = np.atleast_1d(fig.subplots(1, len(panels), sharey=True))
    off = ~np.eye(n.size, dtype=bool)
    said = []
    for ax, (name, matrix) in zip(axes, panels.items(), strict=True):
        _shade(ax, matrix[np.ix_(order, order)])
        ax.set(ylim=(n.size - 0.5, -0.5), aspect="equal", anchor="NW")
        if len(panels) > 1:
            ax.set_title(name)
        _blocks(ax, n, least=2.5 * len(panels))
        ax.set_xlabel("this city moves")
        own, rest = np.diag(matrix), matrix[off]
        said.append(f"{name}: diagonal {own.min():.3f} to {own.max():.3f}, elsewhere {rest.min():.4f} to "
                    f"{rest.max():.4f}, {100 * (rest < 0).mean():.0f} % of it negative.")  # fmt: skip
    _row_blocks(axes, n, 3.5 * len(panels))
    handles = [
        Patch(facecolor=BLUE, alpha=alpha, label=f"{level:g}")
        for level, alpha in zip(_LEVELS, _OPACITY, strict=True)
    ]
    handles.append(Patch(facecolor="none", edgecolor=ORANGE, hatch=_HATCH, linewidth=0, label="negative"))
    fig.legend(handles=handles, loc="outside upper left", ncols=5, title="change, from", alignment="left",
               handlelength=1, handletextpad=0.5, columnspacing=0.8, borderaxespad=0.1)  # fmt: skip
    return svg(fig, alt=alt or "Influence matrix. " + " ".join(said))


@look()
def shares(matrix, *, n, mean, alt=None) -> Picture:
    """Draw how each city's estimate divides between its own rows, the other cities and the prior.

    Parameters
    ----------
    matrix : array (J, J)
    n, mean : array (J,)
    alt : str, optional
        Default: the average shares by number of rows.
    """
    n, mean = _groups(n=n, mean=mean)
    matrix = checks.array("matrix", matrix, shape=(n.size, n.size))
    order = by_rows(n, mean)
    own, all_ = np.diag(matrix), matrix.sum(axis=1)
    fig = empty(height=230)
    ax = fig.subplots()
    looks = {"its own": (PURPLE, None), "all others": (BLUE, "////"), "the prior": (TEXT, None)}
    below = np.zeros(n.size)
    for (name, (color, hatch)), part in zip(looks.items(), (own, all_ - own, 1 - all_), strict=True):
        face = (
            {"color": color} if hatch is None else {"facecolor": "none", "edgecolor": color, "hatch": hatch}
        )
        ax.bar(range(n.size), part[order], bottom=below, width=0.8, linewidth=0, label=name, **face)
        below += part[order]
    _blocks(ax, n)
    ax.set(ylabel="share of a move of all", ylim=(0, 1))
    legend(fig, ax.get_legend_handles_labels()[0])
    said = [
        f"{k} {'row' if k == 1 else 'rows'}: own {own[n == k].mean():.2f}, others "
        f"{(all_ - own)[n == k].mean():.2f}, prior {1 - all_[n == k].mean():.3f}."
        for k in sorted(set(n.astype(int)))
    ]
    return svg(fig, alt=alt or "What an estimate listens to, on average. " + " ".join(said))


@look()
def index_map(city, by_row, by_city, *, chosen, alt=None) -> Picture:
    """Draw an index array: a dot for each row, at its city; along the sides what has their lengths.

    Parameters
    ----------
    city : array of int (rows,)
    by_row : array (rows,)
        Something a row, such as the mean of its predictive.
    by_city : array (J,)
        Something a city, such as its estimate.
    chosen : int
        A city to follow with lines.
    alt : str, optional
        Default: the two lengths, and the rows of the chosen city.
    """
    by_city = checks.array("by_city", by_city, shape="(J,)")
    by_row = checks.array("by_row", by_row, shape=np.shape(city))
    mine = np.flatnonzero(city == chosen)
    fig = empty(height=330)
    (above, corner), (main, beside) = fig.subplots(
        2, 2, sharex="col", sharey="row", width_ratios=(3, 1), height_ratios=(1, 2)
    )
    corner.set_visible(False)
    for ax, x, y, color in (
        (main, range(len(city)), city, BLUE),
        (above, range(len(city)), by_row, BLUE),
        (beside, by_city, range(len(by_city)), ORANGE),
    ):
        ax.plot(x, y, ".", color=color, markersize=4)
    for x, height in zip(mine, by_row[mine], strict=True):
        main.plot([x, x], [chosen, len(by_city)], color=PURPLE, linewidth=0.8)
        above.plot([x, x], [by_row.min(), height], color=PURPLE, linewidth=0.8)
    main.axhline(chosen, color=PURPLE, linewidth=0.8)
    beside.axhline(chosen, color=PURPLE, linewidth=0.8)
    main.plot(mine, np.full(mine.shape, chosen), "D", color=PURPLE, markersize=5)
    above.plot(mine, by_row[mine], "D", color=PURPLE, markersize=5)
    beside.plot(by_city[chosen], chosen, "D", color=PURPLE, markersize=5)
    main.set(xlabel=f"row, {len(city)} of them", ylabel=f"city, {len(by_city)} of them")
    main.margins(0.02)
    above.set_ylabel("E[y] of\neach row")
    beside.set_xlabel("E[θ] of\neach city")
    return svg(fig, alt=alt or (
        f"An index array as a map: {len(city)} rows, each with one dot, at its city of {len(by_city)}. "
        f"Above, {len(city)} numbers, one a row; on the right, {len(by_city)} numbers, one a city. City "
        f"{chosen} has the rows {', '.join(map(str, mine))}: E[theta] is {by_city[chosen]:.2f}, E[y] of its "
        f"rows {', '.join(f'{x:.2f}' for x in by_row[mine])}."
    ))  # fmt: skip


@look()
def checked(statistics, *, observed, alt=None) -> Picture:
    """Draw what each model's replicated data look like, and the data: a column a statistic, a row a model.

    Parameters
    ----------
    statistics : dict of str to dict of str to array (draws,)
        By model, then by statistic: a replicated value for each draw.
    observed : dict of str to float
        The value in the data, by statistic.
    alt : str, optional
        Default: each 94 % interval, and whether the data lie in it.
    """
    data = {"color": ORANGE, "linewidth": 2.2, "linestyle": (0, (5, 2))}
    fig = empty(height=70 + 80 * len(statistics))
    axes = fig.subplots(len(statistics), len(observed), sharex="col", squeeze=False)
    said = []
    for row, (model, values) in zip(axes, statistics.items(), strict=True):
        for ax, (name, seen) in zip(row, observed.items(), strict=True):
            x = np.clip(values[name], *np.quantile(values[name], [0.002, 0.998]))
            ax.hist(x, bins=_bins(x), color=BLUE, alpha=0.7)
            ax.axvline(seen, **data)
            ax.yaxis.set_visible(False)
            ax.spines["left"].set_visible(False)
            low, high = np.quantile(values[name], [0.03, 0.97])
            inside = "within" if low <= seen <= high else "outside"
            said.append(f"{model}, {name}: {low:.1f} to {high:.1f}, data {seen:.1f}, {inside}.")
        row[0].set_title(model, loc="left", pad=2)
    for ax, name in zip(axes[-1], observed, strict=True):
        ax.set_xlabel(name)
    legend(fig, [Patch(color=BLUE, alpha=0.7, label="replicated"), Line2D([], [], label="the data", **data)])
    return svg(fig, alt=alt or "Replicated data, 94 % intervals. " + " ".join(said))


def _groups(**arrays):
    """Check arrays of one shape (J,)."""
    first, *_ = arrays.values()
    shape = checks.array(next(iter(arrays)), first, shape="(J,)").shape
    return (checks.array(name, x, shape=shape) for name, x in arrays.items())


def _bins(x):
    """About thirty bins, as wide as a whole number of accidents if x are whole numbers."""
    if not np.equal(x, np.round(x)).all():
        return 30
    return np.arange(x.min() - 0.5, x.max() + 1, max(1, np.ceil(np.ptp(x) / 30)))


def _spans(n):
    """First and last place of the cities with k rows, from many rows to few."""
    sizes = np.sort(n)[::-1]
    for k in dict.fromkeys(sizes):
        inside = np.flatnonzero(sizes == k)
        yield int(k), inside[0] - 0.5, inside[-1] + 0.5


def _labels(n, least):
    """Places and texts of the labels of blocks, but of those too close to the one before."""
    places, texts = [], []
    for k, first, last in _spans(n):
        middle = (first + last) / 2
        if not places or middle - places[-1] >= least:
            places.append(middle)
            texts.append(f"{k}")
    return places, texts


def _blocks(ax, n, *, label=True, least=2.5):
    """Mark on the x axis where the cities with 8, 5, 3, ... rows are."""
    for _, _, end in list(_spans(n))[:-1]:
        ax.axvline(end, color=TEXT, linewidth=0.5, alpha=0.5)
    ax.set_xticks(*_labels(n, least))
    ax.tick_params(bottom=False, labelbottom=label)
    ax.set_xlim(-0.5, n.size - 0.5)
    if label:
        ax.set_xlabel("cities, by how many rows they have")


def _row_blocks(axes, n, least):
    axes[0].set_yticks(*_labels(n, least))
    axes[0].tick_params(left=False)
    axes[0].set_ylabel("and this estimate changes")
    for ax in axes:
        for _, _, end in list(_spans(n))[:-1]:
            ax.axhline(end, color=TEXT, linewidth=0.5, alpha=0.5)


def _shade(ax, matrix):
    """Fill cells by sign and power of ten, a path for each of the two and each shade."""
    level = np.digitize(np.abs(matrix), _LEVELS) * np.where(matrix < 0, -1, 1)
    for shade, opacity in enumerate(_OPACITY, start=1):
        for sign, color, hatch in ((1, BLUE, None), (-1, ORANGE, _HATCH)):
            boxes = [Path(_CORNERS * (b - a, 1) + (a - 0.5, row - 0.5), _CODES)
                     for row, cells in enumerate(level == sign * shade) for a, b in _runs(cells)]  # fmt: skip
            if boxes:
                path = Path.make_compound_path(*boxes)
                ax.add_patch(PathPatch(path, facecolor=(*to_rgb(color), opacity), linewidth=0))
                if hatch:
                    line = {"edgecolor": (*to_rgb(color), max(opacity, 0.4)), "hatch_linewidth": 0.6}
                    ax.add_patch(PathPatch(path, facecolor="none", hatch=hatch, linewidth=0, **line))


def _runs(cells):
    """First and last place (exclusive) of each run of cells that are true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], cells.astype(int), [0]])))
    return zip(edges[::2], edges[1::2], strict=True)
