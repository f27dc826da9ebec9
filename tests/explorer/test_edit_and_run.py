"""What the scripts make of an answer: marginals, summaries, densities; and changed lines. In Node."""

import difflib
import json
import os
import subprocess
import sys

import node
import numpy as np
import pytest
from javascript.in_page import PAGE
from places import ROOT
from pooling.posterior import Marginal

LABELS = ["GOVERNMENT", "ENGLISH", "MATH"]


def asked(name, call, *arguments):
    """Return what a function of a module of the page returns."""
    given = ", ".join(json.dumps(argument) for argument in arguments)
    return node.run(
        f'import {{ {call} }} from "{(PAGE / name).as_uri()}";'
        f"console.log(JSON.stringify({call}({given}), (_, v) => (ArrayBuffer.isView(v) ? [...v] : v)));"
    )


def answer(shape, seed=1):
    rng = np.random.default_rng(seed)
    axes = [np.cumsum(rng.uniform(0.5, 2, n)).tolist() for n in shape]
    values = rng.uniform(size=shape)
    return values, {"axes": axes, "values": values.ravel().tolist()}


@pytest.mark.parametrize(
    ("axes", "shape", "sums"),
    [
        (["theta"], (5,), {"theta": lambda p: p}),
        (["of", "theta"], (3, 4), {f"theta[{d}]": (lambda p, i=i: p[i]) for i, d in enumerate(LABELS)}),
        (["theta", "of"], (4, 3), {f"theta[{d}]": (lambda p, i=i: p[:, i]) for i, d in enumerate(LABELS)}),
        (["mu", "tau"], (4, 6), {"mu": lambda p: p.sum(axis=1), "tau": lambda p: p.sum(axis=0)}),
        (
            ["mu", "of", "tau"],
            (2, 3, 4),
            {
                f"{q}[{d}]": (lambda p, i=i, a=a: p[:, i].sum(axis=a))
                for q, a in (("mu", 1), ("tau", 0))
                for i, d in enumerate(LABELS)
            },
        ),
    ],
)
def test_marginals_are_sums_over_the_other_axes(axes, shape, sums):
    values, told = answer(shape)
    found = asked("marginals.js", "marginals", {"name": "f", "axes": axes, "labels": LABELS}, told)
    assert [one["quantity"] for one in found] == list(sums)
    for one in found:
        np.testing.assert_allclose(one["probability"], sums[one["quantity"]](values), rtol=1e-12)
        assert one["values"] == told["axes"][axes.index(one["parameter"])]


def test_an_answer_of_chances_alone_is_told_by_name():
    told = {"axes": [[0, 1, 2]], "values": [0.5, 0.3, None]}
    found = asked(
        "marginals.js",
        "marginals",
        {"name": "belief", "axes": ["of"], "labels": ["ONE", "TWO", "THREE"]},
        told,
    )
    assert [(one["quantity"], one["chance"]) for one in found] == [
        ("belief[ONE]", 0.5),
        ("belief[TWO]", 0.3),
        ("belief[THREE]", None),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_mean_sd_and_density_are_those_of_the_marginal(seed):
    values, told = answer((30,), seed)
    one = {"values": told["axes"][0], "probability": values.tolist()}
    mass = values.sum()
    marginal = Marginal(np.array(told["axes"][0]), values / mass)
    found = asked("marginals.js", "summary", one)
    assert found["mass"] == pytest.approx(mass, rel=1e-12)
    assert found["mean"] == pytest.approx(marginal.mean, rel=1e-9)
    assert found["sd"] == pytest.approx(marginal.sd, rel=1e-9)
    points = np.array(told["axes"][0])
    middle = (points[1:] + points[:-1]) / 2
    edges = np.concatenate([[2 * points[0] - middle[0]], middle, [2 * points[-1] - middle[-1]]])
    np.testing.assert_allclose(asked("marginals.js", "density", one), values / np.diff(edges), rtol=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_changed_lines_turn_the_one_program_into_the_other(seed):
    rng = np.random.default_rng(seed)
    before = [f"line {n}" for n in rng.integers(0, 9, 20)]
    after = [line for line in before if rng.uniform() > 0.2]
    for _ in range(4):
        after.insert(rng.integers(len(after) + 1), f"new {rng.integers(9)}")
    changed = asked("changes.js", "changes", "\n".join(before), "\n".join(after))
    gone = {number for sign, _, number in changed if sign == "-"}
    come = {number for sign, _, number in changed if sign == "+"}
    assert all(before[n - 1] == line for sign, line, n in changed if sign == "-")
    assert all(after[n - 1] == line for sign, line, n in changed if sign == "+")
    kept = [line for n, line in enumerate(before, 1) if n not in gone]
    assert kept == [line for n, line in enumerate(after, 1) if n not in come]
    longest = sum(
        block.size
        for block in difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    )
    assert len(kept) >= longest


def test_the_same_program_has_no_changes():
    assert asked("changes.js", "changes", "a\nb\n", "a\nb") == []


def test_the_same_sources_are_packed_once_whatever_the_order_of_sets():
    """Each process hashes words in its own way: what it takes for changed must not hang on that."""
    script = "from javascript import in_page; print(in_page.sources_digest())"
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONPATH": str(ROOT / "tools"), "PYTHONHASHSEED": seed},
            capture_output=True,
            encoding="utf8",
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
    assert len(told.pop().strip()) == 64
