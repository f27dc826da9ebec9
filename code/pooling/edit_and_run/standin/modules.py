"""Chapters 1 to 6, edit and run: the stand-in put where `import jax`, `import numpy` and `scipy` look."""

import sys
from types import ModuleType, SimpleNamespace

from pooling.edit_and_run.standin import functions, transforms
from pooling.edit_and_run.standin.arrays import Array


class Small(ModuleType):
    """A module that says what it lacks, and where that is to be had."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(
            f"{self.__name__}.{name} is not on this page, whose stand-in for it is small: "
            "run the program in a live notebook"
        )


def _module(name, members):
    module = Small(name)
    module.__path__ = []
    module.__dict__.update(members)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


def install():
    """Make the modules."""
    numbers = functions.names()
    jax = {
        name: getattr(transforms, name)
        for name in ("jit", "vmap", "eval_shape", "ShapeDtypeStruct", "enable_x64")
    }
    nothing = SimpleNamespace(update=lambda *settings: None)
    _module("jax", jax | {"__version__": "0", "Array": Array, "config": nothing})
    _module("jax.numpy", numbers)
    _module("jax.typing", {"ArrayLike": Array})
    _module("jax.nn", {"sigmoid": transforms.sigmoid})
    _module("jax.scipy", {})
    _module("jax.scipy.stats", {})
    _module("jax.scipy.stats.norm", {"pdf": transforms.norm_pdf, "logpdf": transforms.norm_logpdf})
    _module("numpy", numbers)
    _module("scipy", {})
    _module("scipy.special", {})
