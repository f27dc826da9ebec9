"""The PyMC program runs with nothing but PyMC and the frame, and agrees with the exact posterior."""

import os
import subprocess
import sys

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pooling.own_groups import analyse, from_counts, from_estimates, from_rows, from_summary
from pooling.priors import Exponential, HalfCauchy, Normal

#: Odd names of columns and groups, and missing cells: what the program makes of them must be what we do.
ROWS = {
    'my "branch"': ["b'1", "a$", "b'1", None, "a$", "c\n", "a$", "c\n", "c\n", "b'1", "d"],
    "score {x}": [1.5, 4.0, 2.0, 9.0, None, 6.5, 5.0, 8.0, 7.0, 2.5, None],
}
EIGHT = {
    "school": list("ABCDEFGHI"),
    "effect": [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0, None],
    "error": [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0, 2.0],
}
COUNTS = {"player": list("abcdef"), "hits": [18, 15, 0, 7, 10, None], "at bats": [45, 45, 0, 25, 20, 10]}
SUMMARY = {
    "g": list("abcde"),
    "k": [4, 7, 1, 0, 6],
    "m": [3.0, 5.0, 9.0, None, 6.0],
    "s": [2.0, 1.5, None, None, 1.0],
}
CASES = {
    "rows": (ROWS, from_rows, {"group": 'my "branch"', "value": "score {x}"}, {}),
    "estimates": (
        EIGHT,
        from_estimates,
        {"group": "school", "estimate": "effect", "se": "error"},
        {"mu": 5.0},
    ),
    "counts": (COUNTS, from_counts, {"group": "player", "successes": "hits", "trials": "at bats"}, {}),
    "summary": (
        SUMMARY,
        from_summary,
        {"group": "g", "n": "k", "mean": "m", "sd": "s"},
        {"mu": Normal(4, 5), "tau": HalfCauchy(2), "sigma": Exponential(0.5)},
    ),
}
FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


def analysis(case, frame):
    data, read, columns, priors = CASES[case]
    table = FRAMES[frame](data)
    return table, analyse(read(table, **columns), **priors)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("case", CASES)
def test_the_program_reads_the_frame_as_we_do(case, frame):
    """All but the model, executed."""
    table, found = analysis(case, frame)
    program = found.pymc()
    compile(program, "program", "exec")
    space = {"frame": table}
    exec(program[: program.index("with pm.Model")].replace("import pymc as pm", ""), space)
    groups, seen, j = found.groups, space["seen"], space["j"]
    assert list(space["place"]) == groups.names
    rows = np.bincount(j, minlength=len(groups.names))
    if case == "rows":
        np.testing.assert_array_equal(rows, groups.n)
        total = np.bincount(j, space["value"][seen], len(groups.names))
        np.testing.assert_allclose(total, np.nan_to_num(groups.n * groups.mean), rtol=1e-12)
    elif case == "counts":
        there = groups.dropped == 0
        np.testing.assert_array_equal(rows, there)
        np.testing.assert_array_equal(space["successes"][seen], groups.successes[there])
        np.testing.assert_array_equal(space["trials"][seen], groups.n[there])
    else:
        np.testing.assert_array_equal(rows, groups.n > 0)
        name = "estimate" if case == "estimates" else "mean"
        np.testing.assert_array_equal(space[name][seen], groups.mean[groups.n > 0])


def test_a_program_names_nothing_of_the_course():
    for case in CASES:
        assert "pooling" not in analysis(case, "pandas")[1].pymc().replace("Partial pooling", "")


def test_many_data_are_sampled_centred_and_few_are_not():
    rng = np.random.default_rng(0)
    many = {
        "g": np.repeat(np.arange(5), 200),
        "y": np.repeat(rng.normal(0, 9, 5), 200) + rng.normal(size=1000),
    }
    assert 'pm.Normal("theta", mu, tau' in analyse(from_rows(pd.DataFrame(many), group="g", value="y")).pymc()
    assert "mu + tau * z" in analysis("estimates", "pandas")[1].pymc()
    noise = from_rows(pd.DataFrame(many), group="g", value="y")
    assert "mu + tau * z" in analyse(noise, tau=0).pymc()


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_sampling_agrees_with_the_exact_posterior(case, tmp_path):
    """In a process of its own that has the frame and PyMC: within 4 Monte Carlo standard errors."""
    table, found = analysis(case, "pandas")
    table.to_pickle(tmp_path / "frame.pkl")
    (tmp_path / "program.py").write_text(found.pymc(), "utf8")
    (tmp_path / "run.py").write_text(
        "import pandas as pd, runpy, sys\n"
        "frame = pd.read_pickle('frame.pkl')\n"
        "draws = runpy.run_path('program.py', {'frame': frame})['draws']\n"
        "assert not any(name == 'pooling' for name in sys.modules)\n"
        "assert int(draws.sample_stats.diverging.sum()) < 20\n"
        "import arviz_stats\n"
        "import numpy as np\n"
        "names = [n for n in ('theta', 'p', 'mu', 'm', 'sigma') if n in draws.posterior]\n"
        "out = {}\n"
        "for n in names:\n"
        "    x = draws.posterior[n]\n"
        "    out[n] = x.mean(('chain', 'draw')).values\n"
        "    out[n + '_mcse'] = arviz_stats.mcse(draws, var_names=[n], method='mean')[n].values\n"
        "np.savez('out.npz', **out)\n",
        "utf8",
    )
    done = subprocess.run(
        [sys.executable, "run.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    with np.load(tmp_path / "out.npz") as file:
        out = dict(file)
    name = "p" if case == "counts" else "theta"
    estimate = nw.from_native(found.table, eager_only=True)["estimate"].to_numpy()
    assert np.abs((out[name] - estimate) / out[f"{name}_mcse"]).max() < 4
    for theirs, ours in (
        ("mu", found.population.mu),
        ("m", found.population.mu),
        ("sigma", found.population.sigma),
    ):
        if theirs in out:
            assert abs(out[theirs] - ours.mean) < 4 * out[f"{theirs}_mcse"]
