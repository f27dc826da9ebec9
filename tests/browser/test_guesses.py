"""Guesses that a reader writes into a page: compared, kept in the browser, listed, cleared."""

import re

import pytest
from places import ROOT
from pooling.departments import ONE_MEETING
from pooling.exact import known_se
from pooling.partial_pooling import posterior
from pooling.priors import HalfCauchy, Normal
from sphinx_ext.prose_numbers import guessed

CHAPTERS = sorted((ROOT / "chapters").glob("[0-9]*.md"))
ASKED = {path.stem: re.findall(r"\{eval\}`(glue\.guess[^`]+)`", path.read_text("utf8")) for path in CHAPTERS}


def guess(page, name):
    return page.locator(f'.pooling-guess[data-guess="{name}"]')


def told(page, name):
    """Return what stands after a guess: the reader's number, the answer, the difference."""
    return [
        guess(page, name).locator(f'[data-of="{of}"]').inner_text() for of in ("you", "answer", "difference")
    ]


@pytest.fixture(scope="module")
def english():
    """Return where partial pooling puts English once Math has come 60 minutes late."""
    late = ONE_MEETING.copy()
    late[2] = 60
    return known_se(late, [15] * 3, mu=Normal(0, 10), tau=HalfCauchy(3)).theta_mean[1]


@pytest.mark.parametrize("where", ["http", "file"])
def test_a_guess_is_compared_kept_listed_and_cleared(read, stick, http_site, english, where):
    address = stick.as_uri() if where == "file" else http_site
    page = read("chapters/03_partial_pooling.html", address=address).page
    place = guess(page, "pp-late-english")
    place.get_by_role("textbox").fill("3")
    place.get_by_role("button", name="Compare").click()
    answer = f"{english:.1f}".replace("-", "−")
    difference = f"{3 - round(float(english), 1):.1f} too high"
    assert told(page, "pp-late-english") == ["3.0", answer, difference]
    place.get_by_role("link").click()  # the text that says what may be behind it is unfolded
    assert page.locator("#guess-partial-third").evaluate("fold => fold.open")

    guess(page, "pp-mu").get_by_role("textbox").fill("−2,5")
    page.keyboard.press("Enter")
    mu = round(float(posterior(ONE_MEETING, mu_scale=10, tau_scale=3).mu.mean), 1)
    assert told(page, "pp-mu") == ["−2.5", f"{mu}", f"{mu + 2.5:.1f} too low"]
    assert page.locator(".pooling-guesses tbody tr").all_inner_texts() == [
        f"English then\t3\t{answer}\t{difference}",
        f"Psychology\t−2.5\t{mu}\t{mu + 2.5:.1f} too low",
    ]

    page.reload()
    assert told(page, "pp-late-english") == ["3.0", answer, difference]
    assert page.locator(".pooling-guesses tbody tr").count() == 2
    here = page.url.partition("#")[0]
    page.goto(here.replace("03_partial_pooling", "index"))
    assert page.locator(".pooling-guesses tbody tr").count() == 2
    page.locator(".pooling-guesses").get_by_role("link", name=re.compile("Partial pooling")).click()
    page.wait_for_url(here)
    page.get_by_role("button", name="Clear these guesses").click()
    assert page.locator(".pooling-guesses").count() == 0
    assert place.get_by_role("textbox").input_value() == ""
    page.reload()
    assert page.locator(".pooling-guess").first.is_visible()
    assert page.locator(".pooling-guesses, .pooling-guess [data-of]").count() == 0


@pytest.mark.parametrize("text", ["", "about three", "1/2", "3 4"])
def test_what_is_no_number_is_said_to_be_none(read, text):
    page = read("chapters/01_complete_pooling.html").page
    place = guess(page, "cp-mean")
    place.get_by_role("textbox").fill(text)
    place.get_by_role("button").click()
    assert "number" in place.locator("output").inner_text()
    assert place.get_by_role("textbox").get_attribute("aria-invalid") == "true"
    assert page.locator(".pooling-guesses").count() == 0


def test_without_a_script_the_text_stands_alone(read, http_site):
    page = read("chapters/03_partial_pooling.html", java_script_enabled=False).page
    page.goto(f"{http_site}/chapters/03_partial_pooling.html")
    assert page.locator(".pooling-guess").count() == len(ASKED["03_partial_pooling"])
    assert not any(one.is_visible() for one in page.locator(".pooling-guess").all())


@pytest.mark.parametrize("stem", [stem for stem, asked in ASKED.items() if asked])
def test_every_guess_can_be_made(read, stem):
    """Each says what it asks for, has an answer that is a number, and an explanation that is there."""
    page = read(f"chapters/{stem}.html").page
    asked = [guessed(expression) for expression in ASKED[stem]]
    assert None not in asked
    labels = [label for _, label, _ in asked]
    assert len(set(labels)) == len(labels)
    for name, label, says in asked:
        key = name.partition(":")[0]
        field = page.get_by_role("textbox", name=label, exact=True)
        field.fill("-1000")
        field.press("Enter")
        you, answer, difference = told(page, key)
        assert you.startswith("−1000")
        assert re.fullmatch(r"−?\d+(\.\d+)?", answer)
        assert difference.endswith(" too low")
        assert not says or page.locator(says).count() == 1
    assert page.locator(".pooling-guesses tbody tr").count() == len(asked)
