"""A PyMC program as a page prints it runs where it is pasted: with PyMC, the page's data, no `pooling`."""

import ast
import importlib
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import jupytext
import pytest
from places import ROOT
from pooling import (
    checks,
    fifty_schools,
    funnel,
    group_predictors,
    information_flow,
    outlier_slopes,
    proportions,
    sampling,
    varying_slopes,
)
from pooling.source import source

CHAPTERS = sorted((ROOT / "chapters").glob("[0-9]*.md"))


def printed(path):
    """Return the PyMC programs of a page, in order: (module, name, listing)."""
    programs, modules = [], {}
    for cell in jupytext.read(path).cells:
        if cell.cell_type != "code":
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom) and node.module.partition(".")[0] == "pooling":
                modules |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "source":
                name = modules[node.args[0].id]
                if "import pymc" in Path(find_spec(name).origin).read_text("utf8"):
                    programs += of_pymc(importlib.import_module(name), [one.value for one in node.args[1:]])
    return programs


def of_pymc(module, names):
    """Return those programs of a module that are of PyMC."""
    listings = [(module, name, source(module, name).text) for name in names]
    return [program for program in listings if "pm." in program[2]]


PRINTED = {path.stem: programs for path in CHAPTERS if (programs := printed(path))}
DATA = {
    "10_fifty_schools": lambda: fifty_schools.simulate(seed=42),
    "11_outlier_slopes": lambda: outlier_slopes.simulate(seed=42),
    "12_information_flow": lambda: information_flow.simulate(seed=42),
    "13_funnel": lambda: funnel.EIGHT_SCHOOLS,
    "15_proportions": proportions.data,
    "16_group_predictors": group_predictors.data,
    "17_varying_slopes": varying_slopes.data,
}
#: How the pages call programs that take more than the data.
MORE = {"new_school_model": {"n_new": 25}, "count_model": {"overdispersed": False}}
#: Programs that add to a model, which is the partial pooling one, or draw from it.
ADDS = {"add_new_city", "add_city_predictions"}
DRAWS = {"predict"}
SETTINGS = {"draws": 1}


def pasted(stem):
    """Return the names that the page's programs make where there is nothing else, and `pooling` unknown."""
    kernel = {"__name__": "__main__"}
    for _, _, listing in PRINTED[stem]:
        exec(listing, kernel)
    return kernel


def built(program, data, name, kernel):
    """Return the model that a program builds of data, be it a printed one or the module's."""
    if name in ADDS:
        model = kernel["partial_pooling_model"](data)
        program(model)
        return model
    return program(data, **MORE.get(name, {}))


def test_pages_with_programs_are_known():
    assert set(PRINTED) == set(DATA)
    names = {name for programs in PRINTED.values() for _, name, _ in programs}
    assert names >= MORE.keys() | ADDS | DRAWS
    assert {"student_t_model", "partial_pooling_model", "non_centred_model"} <= names


CASES = [
    pytest.param(stem, module, name, id=f"{stem}-{name}")
    for stem, programs in PRINTED.items()
    for module, name, _ in programs
    if name not in DRAWS
]


@pytest.mark.parametrize(("stem", "module", "name"), CASES)
def test_a_pasted_program_builds_the_modules_own_model(stem, module, name, monkeypatch):
    """The same log density, graph and numbers, the same deterministics and axes: the same key of a fit."""
    kernel, data = pasted(stem), DATA[stem]()  # which may read a file of the package
    own = built(getattr(module, name), data, name, vars(module))
    with monkeypatch.context() as without:
        for loaded in [loaded for loaded in sys.modules if loaded.partition(".")[0] == "pooling"]:
            without.setitem(sys.modules, loaded, None)  # to import it is an error
        ours = built(kernel[name], data, name, kernel)
    assert sampling._key(ours, SETTINGS) == sampling._key(own, SETTINGS)


def test_another_model_has_another_key():
    data = DATA["13_funnel"]()
    keys = {sampling._key(of(data), SETTINGS) for of in (funnel.centred_model, funnel.non_centred_model)}
    assert len(keys) == 2


@pytest.mark.parametrize("stem", PRINTED)
def test_what_is_printed_names_no_helper_and_lists_no_parameters(stem):
    for _, name, listing in PRINTED[stem]:
        assert "checks." not in listing, name
        assert "Parameters\n" not in listing, name
        assert "Returns\n" not in listing, name
        (function,) = ast.parse(listing).body
        assert ast.get_docstring(function), name


@pytest.mark.parametrize(
    "wrong",
    [[0, 0, 1, 3], [0, -1, 1, 2], [0, 0, 1]],
)
def test_the_module_still_checks_what_the_listing_does_not(wrong):
    """A code of -1 would quietly be the last school."""
    data = fifty_schools.simulate(seed=1, n_groups=3)
    y = data.y[:4]
    bad = data._replace(school=wrong, y=y)
    for program in ("unpooled_model", "partial_pooling_model", "complete_pooling_model"):
        with pytest.raises(ValueError, match=r"data\.school must be"):
            getattr(fifty_schools, program)(bad)
    with pytest.raises(ValueError, match="estimate"):
        funnel.centred_model(SimpleNamespace(estimate=[[1.0]], se=[[1.0]]))
    assert checks.whole_number("n", 3, least=1) == 3


@pytest.mark.live
@pytest.mark.parametrize(("stem", "module", "name"), [case for case in CASES if case.values[2] not in ADDS])
def test_a_pasted_program_is_sampled(stem, module, name):
    kernel = pasted(stem)
    import pymc as pm
    import pytensor

    pytensor.config.blas__ldflags = ""  # else a product of matrices has it look for BLAS, and warn
    with built(kernel[name], DATA[stem](), name, kernel):
        tree = pm.sample(
            draws=50, tune=200, chains=2, cores=1, random_seed=1, nuts_sampler="nutpie",
            progressbar=False, quiet=True, compute_convergence_checks=False,
        )  # fmt: skip
    assert tree.posterior.sizes["draw"] == 50
    for draws in tree.posterior.dataset.data_vars.values():
        assert bool(abs(draws).max() < float("inf"))


@pytest.mark.live
def test_the_pasted_prediction_draws():
    kernel = pasted("12_information_flow")
    import pymc as pm

    model = kernel["partial_pooling_model"](DATA["12_information_flow"]())
    fitted = pm.sample_prior_predictive(20, model, random_seed=1)
    fitted["posterior"] = fitted["prior"]
    drawn = kernel["predict"](model, fitted, add=kernel["add_new_city"], names=["theta_new", "y_new"])
    assert set(drawn.data_vars) == {"theta_new", "y_new"}
    assert "theta_new" not in model.named_vars
