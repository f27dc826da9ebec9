"""Node, which came with the pages' JavaScript: modules of the explorers run in it without a page."""

import json
import subprocess
from contextlib import contextmanager

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
def engine(kind, also: str = "null"):
    """Run the engine.js of an explorer's `Kind`; yield a function of settings and the quantities to tell.

    It answers { told, also }: `also` is an expression of `result`.
    """
    program = _ENGINE.replace("ADDRESS", kind.folder.as_uri()).replace("ALSO", also)
    with conversation(program.replace("DATA", json.dumps(dict(kind.data)))) as ask:
        yield lambda settings, quantities=(): ask({"settings": settings, "quantities": list(quantities)})
