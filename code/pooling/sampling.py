"""Chapters 10 to 14: sample a PyMC model's posterior, trust it only when it passes its checks, never twice.

NUTS runs in nutpie, which compiles the model once and runs its chains in threads: it suits two cores.
PyMC and ArviZ are imported when a function is called, and not before.
"""

import contextlib
import ctypes
import hashlib
import logging
import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np

from pooling import checks

__all__ = ["ConvergenceError", "check", "fit", "standard_errors_apart"]

FOLDER = "POOLING_FITS"  #: The environment variable that names where fits are kept,
_DEFAULT = Path(__file__).resolve().parents[2] / "_build" / "fits"  # else here
QUIET = "POOLING_QUIET"  #: The environment variable that hides the progress, as the build does.
_STATISTICS = ("diverging", "energy", "n_steps", "mean_tree_accept", "step_size")
R_HAT, ESS = 1.01, 400
if QUIET in os.environ:  # PyMC announces on stderr what it samples, unless it finds a handler already
    _warnings = logging.StreamHandler()
    _warnings.setLevel(logging.WARNING)
    logging.getLogger("pymc").addHandler(_warnings)
# With fast arithmetic, a function that was compiled just now and the same one read from Numba's cache round
# differently, and soon two chains from one seed have nothing in common.
_ARITHMETIC = {"numba__fastmath": False}


class ConvergenceError(RuntimeError):
    """The chains did not converge, are too short, or diverged."""


def fit(model, *, seed=42, draws=1000, tune=1000, chains=4, target_accept=0.9, checked=True):
    """Sample a model's posterior by NUTS, or read what the same call has sampled before.

    A fit is known by the model's log density with the data in it, its coordinates, the arguments below and
    the versions of what samples; `make clean` forgets all fits.

    Parameters
    ----------
    model : pymc.Model
    seed : int
        Same seed, same draws.
    draws, tune, chains : int
        Draws kept and draws to tune with, each in every chain.
    target_accept : float
        In (0, 1). Higher means smaller steps: slower, with fewer divergences.
    checked : bool
        Whether to raise if the chains cannot be trusted (see `check`).

    Returns
    -------
    xarray.DataTree
        With the groups posterior (whose attribute sampling_time is in seconds, whenever it was that they
        were spent), sample_stats, observed_data and constant_data.

    Raises
    ------
    ValueError
        For an argument out of range.
    ConvergenceError
        See `check`; the fit is kept nevertheless, and checked=False returns it.
    """
    for name, value, least in (
        ("draws", draws, 4),
        ("tune", tune, 1),
        ("chains", chains, 1),
        ("seed", seed, 0),
    ):
        if not isinstance(value, int | np.integer) or value < least:
            raise ValueError(f"{name} must be an integer >= {least}, got {value!r}")
    if not 0 < checks.number("target_accept", target_accept) < 1:
        raise ValueError(f"target_accept must be in (0, 1), got {target_accept!r}")
    settings = {
        "draws": int(draws),
        "tune": int(tune),
        "chains": int(chains),
        "random_seed": int(seed),
        "target_accept": float(target_accept),
    }
    place = Path(os.environ.get(FOLDER, _DEFAULT)) / _key(model, settings)
    if not place.exists():
        _keep(_sample(model, settings), place)
    tree = _kept(place)
    if checked:
        check(tree)
    return tree


def check(tree):
    """Raise unless every parameter has R-hat < 1.01 and ESS > 400 (bulk and tail), with no divergence.

    An entry that is the same number in every draw, such as the observed ones of a vector with missing
    entries, is not learned and is not asked; if nothing moved at all, the sampler was stuck.

    Parameters
    ----------
    tree : xarray.DataTree

    Raises
    ------
    ConvergenceError
        Naming the parameters that fail, the number, and what might help.

    References
    ----------
    Vehtari et al. (2021), *Rank-normalization, folding, and localization: an improved R-hat*.
    """
    import arviz_stats

    draws = tree.posterior.dataset
    if broken := _of_all(draws.sum(("chain", "draw"), skipna=False), lambda total: ~np.isfinite(total)):
        raise ConvergenceError(
            f"this posterior cannot be trusted: draws that are not finite numbers: {', '.join(broken)} "
            "(look for a log, a root or a division in the model that leaves its range)"
        )
    moves = draws.max(("chain", "draw")) > draws.min(("chain", "draw"))
    if not any(of.any() for of in moves.data_vars.values()):
        raise ConvergenceError(
            "this posterior cannot be trusted: every draw is the same "
            "(try a higher target_accept or more tuning, or other starting points)"
        )
    complaints = []
    if divergences := int(tree.sample_stats.diverging.sum()):
        complaints.append(f"{divergences} divergences (try a higher target_accept, or a non-centred model)")
    with np.errstate(divide="ignore", invalid="ignore"):  # R-hat of a constant is 0/0
        r_hat = arviz_stats.rhat(tree)
        ess = {part: arviz_stats.ess(tree, method=part) for part in ("bulk", "tail")}
    for name, numbers, wrong in (
        (f"R-hat >= {R_HAT}", r_hat, lambda r: ~(r < R_HAT)),
        (f"bulk ESS <= {ESS}", ess["bulk"], lambda n: ~(n > ESS)),
        (f"tail ESS <= {ESS}", ess["tail"], lambda n: ~(n > ESS)),
    ):
        if found := _of_all(numbers, wrong, moves):
            complaints.append(f"{name}: {', '.join(found)} (try more draws)")
    if complaints:
        raise ConvergenceError(f"this posterior cannot be trusted: {'; '.join(complaints)}")


def standard_errors_apart(tree, name, value, *, of="mean"):
    """Return how many Monte Carlo standard errors the draws' mean or sd lies from a value known otherwise.

    Parameters
    ----------
    tree : xarray.DataTree
    name : str
        A parameter of its posterior.
    value : array_like
        What is known, a number or an array of the parameter's shape.
    of : str
        "mean" or "sd".

    Returns
    -------
    ndarray
        (estimate - value) / MCSE, of the parameter's shape.
    """
    import arviz_stats

    if of not in ("mean", "sd"):
        raise ValueError(f'of must be "mean" or "sd", got {of!r}')
    draws = tree.posterior[name]
    estimate = draws.mean(("chain", "draw")) if of == "mean" else draws.std(("chain", "draw"), ddof=1)
    error = arviz_stats.mcse(tree, var_names=[name], method=of)[name]
    return (estimate.values - np.asarray(value)) / error.values


def _of_all(numbers, is_wrong, asked=None):
    """Name each entry of a data set for which `is_wrong` holds, with its value, of those that are asked."""
    found = []
    for name, values in numbers.data_vars.items():
        wrong = is_wrong(values.values) & (True if asked is None else asked[name].values)
        for index in np.argwhere(wrong):
            of = f"[{', '.join(map(str, index))}]" if index.size else ""
            found.append(f"{name}{of} {values.values[tuple(index)]:.4g}")
    return found if len(found) < 6 else [*found[:5], f"and {len(found) - 5} more"]


def _sample(model, settings):
    import pymc as pm
    import pytensor

    loud = QUIET not in os.environ
    with model, pytensor.config.change_flags(**_ARITHMETIC):
        tree = pm.sample(
            nuts_sampler="nutpie",
            cores=min(settings["chains"], os.cpu_count() or 1),
            progressbar=loud,
            quiet=not loud,
            compute_convergence_checks=False,
            **settings,
        )
    stats = tree.sample_stats.dataset
    tree["sample_stats"] = type(tree)(stats[[name for name in _STATISTICS if name in stats]])
    tree.sample_stats.attrs.update(stats.attrs)
    _give_back()
    return tree


def _give_back():
    """Give what compiling has freed back to the system, where its C library can: Binder grants a gigabyte."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _keep(tree, place):
    """Write into a folder of its own and move that: another process may be at the same fit."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        tree.to_zarr(Path(folder) / "fit", mode="w", consolidated=False)
        try:
            (Path(folder) / "fit").rename(place)
        except OSError:  # the other was first, and has sampled the same
            if not place.exists():
                raise


def _kept(place):
    import xarray

    try:
        return xarray.open_datatree(place, engine="zarr", consolidated=False).load()
    except (OSError, KeyError, ValueError) as error:
        shutil.rmtree(place)
        raise RuntimeError(
            f"the fit kept in {place.name} could not be read and was removed: run again"
        ) from error


def _key(model, settings):
    """Digest what a fit depends on: the graph of the density, every number in it, and who samples."""
    from pytensor.graph.basic import Constant
    from pytensor.graph.traversal import ancestors
    from pytensor.printing import debugprint

    digest = hashlib.sha256()
    outputs = [model.logp(), *model.deterministics]
    names = [*map(str, [*model.free_RVs, *model.deterministics]), *map(str, model.named_vars_to_dims.items())]
    # As arrays: places that are counted by range, list or array are the same places.
    coords = {k: None if places is None else list(np.asarray(places)) for k, places in model.coords.items()}
    versions = [f"{name} {version(name)}" for name in ("pymc", "pytensor", "nutpie", "numpy", "numba")]
    graph = debugprint(outputs, file="str")
    settings = sorted((settings | _ARITHMETIC).items())
    for part in (sys.version, *versions, settings, names, sorted(coords.items()), graph):
        digest.update(f"{part}\0".encode())
    for variable in ancestors(outputs):
        if isinstance(variable, Constant) or hasattr(variable, "get_value"):
            data = variable.data if isinstance(variable, Constant) else variable.get_value()
            if isinstance(data, np.ndarray | np.generic | float | int):
                data = np.asarray(data)
                digest.update(f"{data.dtype} {data.shape}\0".encode() + data.tobytes())
    return digest.hexdigest()[:32]
