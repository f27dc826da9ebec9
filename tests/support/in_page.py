"""What runs programs on a page, in Node: the same Python, stand-in and box; and the same programs in JAX."""

import importlib.util
import itertools
import json
from contextlib import contextmanager

import jax
import jax.numpy as jnp
import numpy as np
from javascript import bundle, in_page
from node import conversation

_ENGINE = """
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { loadPyodide } from "PYODIDE";
import { startPython } from "START";
const python = await startPython(loadPyodide, {}, new Uint8Array(readFileSync("ARCHIVE")));
for await (const line of createInterface({ input: process.stdin })) {
  const { program, asked } = JSON.parse(line);
  console.log(JSON.stringify(python.run(program, asked)));
}
"""
_numbers = itertools.count()


@contextmanager
def running(folder):
    """Run Python as a page has it; yield a function from a program and what is asked to what it told."""
    bundle.install()
    archive = folder / "modules.zip"
    archive.write_bytes(in_page.archive())
    program = _ENGINE.replace("ARCHIVE", str(archive)).replace("START", (in_page.PAGE / "python.js").as_uri())
    program = program.replace("PYODIDE", (bundle.BUILD / "node_modules" / "pyodide" / "pyodide.mjs").as_uri())
    with conversation(program) as ask:
        yield lambda program, asked: ask({"program": program, "asked": asked})


def arrays(told):
    """Return the answers that were told, by program, as arrays."""
    assert "error" not in told, told["error"]
    return {
        name: np.array(answer["values"], dtype=float).reshape([len(axis) for axis in answer["axes"]])
        for name, answer in told["answers"].items()
    }


def in_jax(program, asked, folder):
    """Run a program as a notebook would, in double precision; return its answers as arrays."""
    file = folder / f"program_{next(_numbers)}.py"
    file.write_text(program, encoding="utf8")
    with jax.enable_x64(True):
        spec = importlib.util.spec_from_file_location(file.stem, file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        names = {"jnp": jnp, **vars(module)}
        return {
            question["name"]: np.asarray(eval(question["call"], names))
            for question in asked["questions"]
            if hasattr(module, question["name"])
        }


def question(call, shape):
    """Return what is asked for one value of that shape, under the name answer."""
    axes = [f"range({n})" for n in shape]
    return {"home": "", "settings": {}, "questions": [{"name": "answer", "call": call, "axes": axes}]}


def dumps(value):
    """Return JSON that Python reads too: NaN and infinities as Python writes them."""
    return json.dumps(value).replace("NaN", "nan").replace("Infinity", "inf")
