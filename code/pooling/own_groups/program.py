"""Chapter 18, own_groups: the same model as a PyMC program, with the reader's columns and priors in it."""

from pooling.own_groups.chosen import is_number
from pooling.priors import Beta, Exponential, HalfCauchy, HalfNormal, Normal, Pareto

__all__ = ["CENTRED_FROM", "program"]

#: Where the median group keeps this share of its own mean or more, theta itself is sampled. Seen in 8,000
#: draws: five groups that keep 0.76 had 22 divergences that way and 2 the other; at 0.93 it was one and none.
CENTRED_FROM = 0.9

_ARGUMENTS = {
    Normal: ("mu", "sigma"),
    HalfCauchy: ("beta",),
    HalfNormal: ("sigma",),
    Exponential: ("lam",),
    Beta: ("alpha", "beta"),
    Pareto: ("m", "alpha"),
}
_LISTS = {"pyarrow": "to_pylist()"}  # others have to_list()


def program(groups, priors, *, centred):
    """Return a program as text; it expects the table as `frame`, and leaves the draws in `draws`.

    Parameters
    ----------
    groups : Groups
    priors : dict
        "mu", "tau" and, of rows and summaries, "sigma".
    centred : bool
        Whether theta itself is sampled, as suits groups with many data, or its distance to mu in units of
        tau.
    """
    columns, kind = groups.columns, groups.kind
    cells = _LISTS.get(str(groups.frame.value), "to_list()")
    frame = str(groups.frame.value)
    used = [
        f"{argument} = np.array([np.nan if missing(x) else x for x in frame[{name!r}].{cells}], dtype=float)"
        for argument, name in columns.items()
        if argument != "group"
    ]
    lines = [
        f"# Partial pooling in PyMC. `frame` is your table ({frame}), with the columns",
        f"# {', '.join(map(repr, columns.values()))}.",
        "import numpy as np",
        "import pymc as pm",
        "",
        "",
        "def missing(cell):",
        '    return not isinstance(cell, str) and str(cell) in ("None", "nan", "<NA>", "NaT")',
        "",
        "",
        f"names = [None if missing(name) else name for name in frame[{columns['group']!r}].{cells}]",
        "place = {name: j for j, name in enumerate(dict.fromkeys(name for name in names if name is not "
        "None))}",
        *used,
        f"seen = np.array([name is not None for name in names]){_there(kind)}",
        "j = np.array([place[name] for name, there in zip(names, seen) if there])",
        "",
        'with pm.Model(coords={"group": list(map(str, place))}) as model:',
    ]
    body = _counts(priors) if kind == "counts" else _normal(kind, priors, centred)
    lines += [f"    {line}" for line in body]
    lines += [
        "    draws = pm.sample(2000, tune=2000, chains=4, target_accept=0.95, random_seed=1)",
        "",
        "# Trust it only without divergences and with R-hat below 1.01: import arviz; arviz.summary(draws)",
    ]
    return "\n".join(lines) + "\n"


def _there(kind):
    """Return what says that a row has all its numbers."""
    if kind == "summary":
        return " & (n > 0) & ~np.isnan(mean) & ((n < 2) | ~np.isnan(sd))"
    names = {"rows": ["value"], "estimates": ["estimate", "se"], "counts": ["successes", "trials"]}[kind]
    return "".join(f" & ~np.isnan({name})" for name in names)


def _normal(kind, priors, centred):
    yield from (_prior(name, prior) for name, prior in priors.items())
    if centred and priors["tau"] != 0:
        yield 'theta = pm.Normal("theta", mu, tau, dims="group")'
    else:
        yield 'z = pm.Normal("z", 0, 1, dims="group")'
        yield 'theta = pm.Deterministic("theta", mu + tau * z, dims="group")'
    if kind == "estimates":
        yield 'pm.Normal("y", theta[j], se[seen], observed=estimate[seen])'
    elif kind == "rows":
        yield 'pm.Normal("y", theta[j], sigma, observed=value[seen])'
    else:
        yield "n, mean = n[seen], mean[seen]"
        yield "ss = np.where(n > 1, (n - 1) * np.nan_to_num(sd[seen]) ** 2, 0)"
        yield 'pm.Normal("mean", theta[j], sigma / np.sqrt(n), observed=mean)'
        yield "# what the sds say of sigma: the rest of the normal likelihood"
        yield 'pm.Potential("sds", -(n - 1).sum() * pm.math.log(sigma) - ss.sum() / (2 * sigma**2))'


def _counts(priors):
    yield _prior("m", priors["mu"])
    yield _prior("kappa", priors["tau"])
    yield 'p = pm.Beta("p", m * kappa, (1 - m) * kappa, dims="group")'
    yield 'pm.Binomial("y", trials[seen].astype(int), p[j], observed=successes[seen].astype(int))'


def _prior(name, prior):
    if is_number(prior):
        return f"{name} = {float(prior)!r}"
    arguments = zip(_ARGUMENTS[type(prior)], prior.params, strict=True)
    given = ", ".join(f"{argument}={value!r}" for argument, value in arguments)
    return f'{name} = pm.{type(prior).__name__}("{name}", {given})'
