"""Node, which came with the pages' JavaScript: modules of the explorers run in it without a page."""

import json
import subprocess

from javascript.bundle import node_program

NODE = node_program()


def run(program: str):
    """Run an ES module given as text; return what it printed, read as JSON. It may not complain."""
    command = [NODE, "--no-warnings", "--input-type=module", "--eval", program]
    done = subprocess.run(command, capture_output=True, encoding="utf8", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return json.loads(done.stdout)
