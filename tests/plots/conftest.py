"""What tests of figures share: a figure as Matplotlib has it."""

import sys

import pictures
import pytest


@pytest.fixture
def drawn(monkeypatch, request):
    """Return a function that draws one of the module's FIGURES and gives it before it becomes SVG."""

    def draw(name):
        kept = []
        for module in [one for path, one in sys.modules.items() if path.startswith("pooling.plots.")]:
            if hasattr(module, "svg"):
                monkeypatch.setattr(module, "svg", lambda fig, alt: kept.append(fig))
        request.module.FIGURES[name]()
        (fig,) = kept
        fig.draw_without_rendering()
        assert not pictures.out_of_sight(fig), name
        return fig

    return draw
