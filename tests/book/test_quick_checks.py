"""Quick checks: three questions a chapter, each with one right choice and a word to every choice."""

import re

import pytest
from places import ROOT

CHAPTERS = sorted((ROOT / "chapters").glob("[0-9]*.md"))
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
CHECK = re.compile(
    r"^`````\{admonition\} Three questions\n:class: pooling-check\n\n(?P<questions>.*?)\n\n"
    r"```\{dropdown\} Answers\n(?P<answers>.*?)\n```\n`````$",
    flags=re.MULTILINE | re.DOTALL,
)


def lists(text):
    """Return the nested lists of a numbered list: [[a choice, …], …]; and what stands before each."""
    numbered = re.split(r"^(\d+)\. ", text, flags=re.MULTILINE)
    assert [int(n) for n in numbered[1::2]] == list(range(1, len(numbered) // 2 + 1))
    parts = [re.split(r"(?:\A|\n {3})- ", part.strip()) for part in numbered[2::2]]
    return [inner for _, *inner in parts], [before for before, *_ in parts]


@each_chapter
def test_each_chapter_asks_three_questions_that_have_one_right_answer_each(path):
    (check,) = CHECK.finditer(path.read_text("utf8"))
    choices, questions = lists(check["questions"])
    answers, nothing = lists(check["answers"])
    assert len(questions) == 3
    assert all(questions)
    assert not any(nothing)
    assert any("{numref}`fig-" in question for question in questions)  # one is about a picture
    for one, said in zip(choices, answers, strict=True):
        assert 3 <= len(one) == len(said)
        assert len(set(one)) == len(one)
        says = [re.match(r"(Yes|No)\. \S", word)[1] for word in said]
        assert (says.count("Yes"), says.count("No")) == (1, len(one) - 1)


def test_the_right_choice_has_no_place_of_its_own():
    """Nobody passes by choosing the second everywhere, nor by choosing the longest."""
    right, longest = [], []
    for path in CHAPTERS:
        (check,) = CHECK.finditer(path.read_text("utf8"))
        for one, said in zip(lists(check["questions"])[0], lists(check["answers"])[0], strict=True):
            k = [word.startswith("Yes") for word in said].index(True)
            right.append(k)
            longest.append(max(one, key=len) == one[k])
    assert max(right.count(k) for k in range(3)) <= len(right) / 2
    assert sum(longest) <= len(longest) / 2
