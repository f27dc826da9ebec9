"""The JavaScript engine of chapters 1 to 7, in a Node process of its own."""

import numpy as np
import pytest
from meetings_engine import ENGINE, FOLDER
from node import conversation


@pytest.fixture(scope="module")
def engine():
    """Return what engine.js says, from one Node process: (stem, t, settings) to names to numbers."""
    with conversation(ENGINE.replace("FOLDER", FOLDER.as_uri())) as question:

        def ask(stem, t, settings):
            t = [x if isinstance(x, list) else None if np.isnan(x) else x for x in t]
            return question({"stem": stem, "t": t, "settings": settings})

        yield ask
