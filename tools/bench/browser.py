"""Measures the explorers in a real browser: how long a redraw takes, and how soon a page is live.

Both as it is and with Chromium's throttle, which makes four seconds of one: about a phone's processor.

`make bench` calls `measure(browser, address)` for the built site; by itself this prints the same lines:
``python -m bench.browser ADDRESS [CHROMIUM]`` in tools/.
"""

import sys
from statistics import quantiles
from typing import NamedTuple

#: Page, and what is moved: settings and hyperpriors first, then a dragged observation, or the marker on
#: chapter 4's map.
PAGES = {
    "index": ["tau", "t[MATH]"],
    "01_complete_pooling": ["tau", "sigma", "t[MATH]"],
    "02_no_pooling": ["tau", "sigma", "t[MATH]"],
    "03_partial_pooling": ["mu_scale", "tau_scale", "sigma", "t[MATH]"],
    "04_hyperpriors": ["mu_scale", "tau_scale", "map"],
    "05_missing_data": ["mu_scale", "tau_scale", "sigma", "t[MATH,0]"],
    "06_learned_variance": ["mu_scale", "tau_scale", "sigma_scale", "t[MATH,0]"],
    "07_models_contrasted": ["mu_scale", "tau_scale", "sigma", "sigma_scale", "t[MATH,0]"],
    "08_shrinkage_formula": ["n", "tau", "sigma"],
    "09_exact_posterior": ["tau", "mu_scale", "tau_scale", "estimate[0]", "se[0]"],
    "10_fifty_schools": ["tau", "sigma", "school"],
    "11_outlier_slopes": ["tau_rate", "y[7,0]"],
    "12_information_flow": ["city", "added"],
    "13_funnel": ["n"],
    "14_calibration": ["replications"],
    "15_proportions": ["kappa", "times", "hits[0]"],
    "16_group_predictors": ["tau", "county", "shift"],
    "17_varying_slopes": ["tau_a", "tau_b", "rho", "shift[9]"],
}
STEPS = 150
READ = 3000  # ms: nobody moves anything before he has read something; meanwhile the page rehearses

#: A redraw is what one animation frame of the explorer costs: engine, SVG, and the style and layout that
#: follow, which are forced at the end of the frame so that they can be timed.
STOPWATCH = """
window.redraws = [];
const frame = window.requestAnimationFrame.bind(window);
const measure = performance.measure.bind(performance);
let drew = false;
performance.measure = (name, ...rest) => {
  if (name === "pooling-explorer:redraw") drew = true;
  return measure(name, ...rest);
};
window.requestAnimationFrame = (callback) => frame((now) => {
  const start = performance.now();
  drew = false;
  callback(now);
  if (!drew) return;
  document.body.offsetHeight;
  window.redraws.push(performance.now() - start);
});
new MutationObserver((_, observer) => {
  if (!document.querySelector("output[data-value]")) return;
  window.live = performance.now();
  observer.disconnect();
}).observe(document, {subtree: true, childList: true, attributes: true});
"""
PAINT = "performance.getEntriesByName('first-contentful-paint')"


class Redraw(NamedTuple):
    """Milliseconds of one control of one page, over `frames` redraws."""

    page: str
    control: str
    frames: int
    p50: float
    p95: float
    slower: int

    def __str__(self):
        """Return the line that the benchmark prints."""
        return (
            f"{self.page:22} {self.control:10} {self.slower}× redraw p50 {self.p50:5.1f} ms, "
            f"p95 {self.p95:5.1f} ms ({self.frames} frames)"
        )


class Live(NamedTuple):
    """Milliseconds from the start of a first visit to the first paint, and to the explorer's numbers."""

    page: str
    paint: float
    ms: float
    slower: int

    def __str__(self):
        """Return the line that the benchmark prints."""
        paint, live = f"{self.paint:.0f}", f"{self.ms:.0f}"
        return f"{self.page:22} {self.slower}× first paint after {paint} ms, live after {live} ms"


def measure(browser, address, pages=PAGES, slower=1, steps=STEPS):
    """Yield a `Live` and the `Redraw`s of each page, by a processor that is so many times slower.

    `browser` is Playwright's, `address` the site's; each control is moved in so many steps.
    """
    for page_name, controls in pages.items():
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.add_init_script(STOPWATCH)
        page.goto(f"{address.rstrip('/')}/chapters/{page_name}.html")
        page.wait_for_function("window.live")
        page.wait_for_function(f"{PAINT}.length")
        yield Live(page_name, page.evaluate(f"{PAINT}[0].startTime"), page.evaluate("window.live"), slower)
        page.locator(".pooling-explorer-box").scroll_into_view_if_needed()
        page.wait_for_timeout(READ)
        for control in controls:
            yield _redraws(page, page_name, control, slower, steps)
        page.close()


def _redraws(page, page_name, control, slower, steps):
    """Sweep a slider's handle, a point on the plot, or the map's marker to and fro by mouse."""
    if control == "map":
        thing, track = page.locator(".pe-marker .pe-ring"), page.locator(".pe-frame")
    else:
        point = control.startswith("t[")
        thing = page.locator(f'[data-{"point" if point else "control"}="{control}"]')
        on_plot = point or "pe-handle" in (thing.get_attribute("class") or "")
        track = thing.locator(
            f"xpath=ancestor::*[contains(@class,'{'pe-stage' if on_plot else 'noUi-base'}')]"
        )
    thing.scroll_into_view_if_needed()
    span, at = track.bounding_box(), thing.bounding_box()
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    page.evaluate("window.redraws.length = 0")
    page.mouse.move(x, y)
    page.mouse.down()
    upright = thing.get_attribute("aria-orientation") == "vertical"
    for step in range(steps):
        share = 0.2 + 0.6 * abs((step % 50) / 25 - 1)  # from end to end and back, three times
        if upright:
            page.mouse.move(x, span["y"] + span["height"] * share)
        else:
            page.mouse.move(span["x"] + span["width"] * share, y)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    page.mouse.up()
    times = page.evaluate("window.redraws")
    cuts = quantiles(times, n=20)
    return Redraw(page_name, control, len(times), cuts[9], cuts[18], slower)


def main(address, chromium=None):
    """Print what `measure` finds."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for line in measure(browser, address):
            print(line, flush=True)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
