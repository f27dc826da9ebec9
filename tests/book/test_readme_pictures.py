"""The README's pictures: as `make pictures` makes them, and as the pages are now."""

import re

import numpy as np
import pytest
import readme_pictures
from PIL import Image
from places import ROOT

SMALL = (32, 32)  # fonts and browsers differ in what is smaller


def seen(path):
    """Return a picture as one sees it from afar, grey, from 0 to 1."""
    with Image.open(path) as image:
        return np.asarray(image.convert("L").resize(SMALL, Image.Resampling.BOX), dtype=float) / 255


@pytest.fixture(scope="module")
def taken(browser, http_site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    readme_pictures.take(browser, http_site, folder)
    return folder


@pytest.mark.parametrize("name", readme_pictures.SHOTS)
def test_a_picture_of_the_readme_is_current(taken, name):
    kept, now = seen(readme_pictures.FOLDER / f"{name}.png"), seen(taken / f"{name}.png")
    assert np.corrcoef(kept.ravel(), now.ravel())[0, 1] > 0.9, "make pictures"
    with Image.open(readme_pictures.FOLDER / f"{name}.png") as image:
        assert image.width == readme_pictures.SHOTS[name].width


def test_the_readme_shows_them_with_words_for_who_cannot_see():
    text = (ROOT / "README.md").read_text(encoding="utf8")
    shown = re.findall(r'<img src="\.github/pictures/(\w+)\.png" alt="([^"]{40,})"', text)
    assert sorted(name for name, _ in shown) == sorted(readme_pictures.SHOTS)
    assert {path.stem for path in readme_pictures.FOLDER.iterdir()} == readme_pictures.SHOTS.keys()
