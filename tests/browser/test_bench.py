"""What `make bench` moves in each explorer is there to be moved, and each move is drawn."""

import pytest
from bench.browser import PAGES, measure


@pytest.mark.parametrize("page", PAGES)
def test_each_control_is_found_and_redraws(browser, http_site, page):
    live, *redraws = measure(browser, http_site, {page: PAGES[page]}, steps=25)
    assert live.paint > 0
    assert live.ms > 0
    assert [redraw.control for redraw in redraws] == PAGES[page]
    for redraw in redraws:
        assert redraw.frames > 3
        assert 0 < redraw.p50 <= redraw.p95
