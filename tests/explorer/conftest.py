"""The JavaScript engine of chapters 1 to 7, in a Node process of its own."""

import json
import subprocess

import numpy as np
import pytest
from meetings_engine import ENGINE, FOLDER
from node import NODE


@pytest.fixture(scope="module")
def engine():
    """Return what engine.js says, from one Node process: (stem, t, settings) to names to numbers."""
    program = ENGINE.replace("FOLDER", FOLDER.as_uri())
    command = [NODE, "--no-warnings", "--input-type=module", "--eval", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask(stem, t, settings):
            t = [x if isinstance(x, list) else None if np.isnan(x) else x for x in t]
            print(json.dumps({"stem": stem, "t": t, "settings": settings}), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()
