"""The exact engine of the browser, explorer/exact, in a Node process: what it says of a model."""

import dataclasses
from contextlib import contextmanager

import numpy as np
from node import answering, plain, revived
from places import ROOT
from pooling.priors import Beta, Exponential, Normal, Pareto, ScalePrior

FOLDER = ROOT / "code" / "pooling" / "explorer" / "exact"

#: Answers { model, data, priors, shares } by what the model says.
_PROGRAM = """
import { binomialGroups } from "FOLDER/binomial_groups.js";
import { knownSe } from "FOLDER/known_se.js";
import { normalGroups } from "FOLDER/normal_groups.js";
import { quantiles } from "FOLDER/quantiles.js";
import { randomIntercept } from "FOLDER/random_intercept.js";
const MODELS = { binomialGroups, knownSe, normalGroups, randomIntercept };
function answer({ model, data, priors, shares }) {
  const { mixture, ...told } = MODELS[model](...data, priors);
  const of = (name) => (shares && told[name]?.sd !== undefined ? quantiles(mixture, name, shares) : null);
  return { ...told, quantiles: { tau: of("tau"), sigma: of("sigma") }, nodes: mixture.at.length };
}
""".replace("FOLDER", FOLDER.as_uri())


@contextmanager
def browser():
    """Yield a function of a model's name, its data and priors: what the browser's engine says, a dict."""
    with answering(_PROGRAM) as ask:

        def tell(model, *data, shares=None, **priors):
            question = {"model": model, "data": [plain(one) for one in data], "shares": shares}
            question["priors"] = {name: prior_of(prior) for name, prior in priors.items()}
            return revived(ask(question))

        yield tell


def prior_of(prior):
    """Return a prior, or what else an option is, as the browser's engine takes it."""
    if isinstance(prior, list):
        return [prior_of(one) for one in prior]
    if isinstance(prior, Normal):
        return {"loc": prior.loc, "scale": prior.scale}
    if isinstance(prior, Beta | Pareto):
        return dataclasses.asdict(prior)
    if isinstance(prior, ScalePrior):
        size = 1 / prior.rate if isinstance(prior, Exponential) else prior.scale
        return {"family": type(prior).__name__, "size": size}
    return plain(prior)


def off(told, expected, *, of="theta"):
    """Return the largest difference of means and of sds from a Python result, in its posterior sds.

    Moments must be infinite in both or in neither.
    """
    names = [
        name
        for name in ("mu", "mean", "beta", "tau", "sigma", of)
        if getattr(expected, f"{name}_mean", None) is not None
    ]
    ours = [one for name in names for one in np.ravel(told[name])]
    found = [[one[kind] for one in ours] for kind in ("mean", "sd")]
    wanted = [
        np.concatenate([np.ravel(getattr(expected, f"{name}_{kind}")) for name in names])
        for kind in ("mean", "sd")
    ]
    found = np.array(found, float)
    wanted = np.array(wanted, float)
    np.testing.assert_array_equal(np.isfinite(found), np.isfinite(wanted))
    unit = np.maximum(wanted[1], 1e-9 * np.abs(wanted[0])) + 1e-300
    finite = np.isfinite(wanted[1])
    return float((np.abs(found[:, finite] - wanted[:, finite]) / unit[finite]).max())
