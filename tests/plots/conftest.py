"""What tests of figures share: a figure as Matplotlib has it, and what all figures are held to."""

import sys

import looked_at
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


@pytest.fixture
def check(request, tmp_path):
    """Return a function that draws one of the module's FIGURES and holds it to the rules of all."""

    def check(name):
        draw = request.module.FIGURES[name]
        picture = draw()
        pictures.check(picture, draw())
        (tmp_path / f"{name}.svg").write_text(picture.svg, "utf8")
        changed = looked_at.difference(f"{request.path.stem.removeprefix('test_')}.{name}", picture.svg)
        assert not changed, f"{changed}; look at it in {tmp_path}, and if that is meant, `make looked-at`"

    return check
