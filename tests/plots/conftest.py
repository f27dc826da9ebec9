"""What tests of figures share: a figure as Matplotlib has it."""

import pytest


@pytest.fixture
def drawn(monkeypatch, request):
    """Return a function that draws one of the module's FIGURES and gives it before it becomes SVG."""

    def draw(name):
        kept = []
        monkeypatch.setattr(request.module.figures, "svg", lambda fig, alt: kept.append((fig, alt)))
        request.module.FIGURES[name]()
        ((fig, _),) = kept
        fig.draw_without_rendering()
        return fig

    return draw
