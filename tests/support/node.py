"""Node, which came with the pages' JavaScript: modules of the explorers run in it without a page."""

import json
import subprocess
from contextlib import contextmanager

import numpy as np
from javascript.bundle import node_program

NODE = node_program()

#: An engine that is asked line by line: what it tells, and what else is asked for.
_ENGINE = """
import { createInterface } from "node:readline";
import { compute, number } from "ADDRESS/engine.js";
const data = DATA;
for await (const line of createInterface({ input: process.stdin })) {
  const { settings, quantities } = JSON.parse(line);
  const result = compute(settings, data);
  const told = Object.fromEntries(quantities.map((quantity) => [quantity, number(result, quantity)]));
  console.log(JSON.stringify({ told, also: ALSO }));
}
"""


#: The end of a program whose `answer` is asked: what it says, or its complaint. What JSON has no word for,
#: such as Infinity, is a string.
_ANSWERS = """
import { createInterface } from "node:readline";
const plain = (_, value) => {
  if (ArrayBuffer.isView(value)) return Array.from(value);
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
};
const revived = (_, value) => (["NaN", "Infinity", "-Infinity"].includes(value) ? Number(value) : value);
for await (const line of createInterface({ input: process.stdin })) {
  let told;
  try {
    told = answer(JSON.parse(line, revived));
  } catch (error) {
    told = { complaint: error.message, expected: error instanceof RangeError };
  }
  console.log(JSON.stringify(told, plain));
}
"""


def command(program: str) -> list[str]:
    """Return the command that runs an ES module given as text."""
    return [NODE, "--no-warnings", "--input-type=module", "--eval", program]


def run(program: str):
    """Run an ES module given as text; return what it printed, read as JSON. It may not complain."""
    done = subprocess.run(command(program), capture_output=True, encoding="utf8", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return json.loads(done.stdout)


@contextmanager
def conversation(program: str):
    """Run an ES module that answers each line of JSON by one; yield a function from question to answer."""
    with subprocess.Popen(
        command(program), stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf8"
    ) as process:

        def ask(question):
            print(json.dumps(question, default=list), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


@contextmanager
def answering(program: str):
    """Run an ES module that has a function `answer`; yield a function from its question to its answer."""
    with conversation(program + _ANSWERS) as ask:
        yield ask


def plain(value):
    """Return a value as `answering` sends it: what JSON has no word for, such as Infinity, is a string."""
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(one) for one in value]
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not np.isfinite(value):
        return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def revived(value):
    """Return what came back as it was meant."""
    if isinstance(value, dict):
        return {name: revived(one) for name, one in value.items()}
    if isinstance(value, list):
        return [revived(one) for one in value]
    return float(value) if value in ("NaN", "Infinity", "-Infinity") else value


@contextmanager
def engine(kind, also: str = "null"):
    """Run the engine.js of an explorer's `Kind`; yield a function of settings and the quantities to tell.

    It answers { told, also }: `also` is an expression of `result`.
    """
    program = _ENGINE.replace("ADDRESS", kind.folder.as_uri()).replace("ALSO", also)
    with conversation(program.replace("DATA", json.dumps(dict(kind.data)))) as ask:
        yield lambda settings, quantities=(): ask({"settings": settings, "quantities": list(quantities)})
