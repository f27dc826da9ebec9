"""Make the README's pictures, `.github/pictures`, from the built site: `make pictures`."""

import sys
from pathlib import Path
from typing import NamedTuple

import chromium
from places import ROOT, SITE
from playwright.sync_api import sync_playwright
from serve import serving

FOLDER = ROOT / ".github" / "pictures"


class Shot(NamedTuple):
    """A page, the window it is seen in, the element that begins the picture, and its height in pixels."""

    page: str
    width: int
    top: str
    height: int


SHOTS = {
    "front": Shot("chapters/index.html", 1280, "body", 900),
    "phone": Shot("chapters/03_partial_pooling.html", 360, ".pooling-explorer-box", 740),
    "workbench": Shot("chapters/18_own_groups.html", 1280, ".pooling-explorer-box", 900),
}
#: Nothing above the element that begins the picture, and no bar over it.
SCROLL = """(top) => {
  const to = document.querySelector(top).getBoundingClientRect().top + scrollY;
  scrollTo({ top: top === "body" ? 0 : to - 64, behavior: "instant" });
}"""
LIVE = "output[data-value]"


def take(browser, address: str, folder: Path) -> None:
    """Take the pictures of a served site."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, shot in SHOTS.items():
        window = {"width": shot.width, "height": shot.height}
        page = browser.new_page(viewport=window, color_scheme="light", reduced_motion="reduce")
        page.set_default_timeout(120_000)
        page.goto(f"{address}/{shot.page}")
        page.wait_for_selector(LIVE, state="attached")
        page.wait_for_load_state("networkidle")
        page.evaluate(SCROLL, shot.top)
        page.wait_for_timeout(1_000)  # what was scrolled comes to rest
        page.screenshot(path=folder / f"{name}.png")
        page.close()


def main() -> int:
    """Take them of the book that is built."""
    if not (SITE / "index.html").exists():
        print("There is no book yet: run `make book` first.", file=sys.stderr)
        return 1
    with serving(SITE) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.FLAGS)
        take(browser, address, FOLDER)
        browser.close()
    print(f"{len(SHOTS)} pictures in {FOLDER.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
