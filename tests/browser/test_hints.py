"""Hints are unfolded one by one: whoever needs one is not shown the others."""

import re

import pytest
from places import ROOT

CHAPTERS = {path.stem: path.read_text("utf8") for path in sorted((ROOT / "chapters").glob("[0-9]*.md"))}


@pytest.mark.parametrize("stem", CHAPTERS)
def test_a_hint_is_unfolded_by_itself(read, stem):
    page = read(f"chapters/{stem}.html").page
    exercises = re.findall(r"^`{3,}\{exercise\}", CHAPTERS[stem], re.MULTILINE)
    page.evaluate("for (const fold of document.querySelectorAll('.pooling-deeper')) fold.open = true")
    page.locator("summary", has_text=re.compile(r"^\s*Hints\s*$")).click()
    hints = page.locator(".pooling-hint > details")
    assert hints.count() == len(exercises)
    titles = hints.locator("summary").all_inner_texts()
    assert len(set(titles)) == len(titles)
    assert all(re.fullmatch(r"A hint for Exercise \d+\.\d+", title) for title in titles)
    assert not any(one.get_attribute("open") is not None for one in hints.all())
    hints.last.locator("summary").press("Enter")
    opened = [one.get_attribute("open") is not None for one in hints.all()]
    assert opened == [False] * (len(titles) - 1) + [True]
    assert re.match(r"[^:\s]", hints.last.inner_text().removeprefix(titles[-1]).strip())
