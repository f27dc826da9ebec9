"""The messages that the appendix on memo quotes are those that memo gives."""

# ruff: noqa: F821
from enum import IntEnum

import jax
import pytest
from memo import memo
from memo.core import MemoError
from places import ROOT

PAGE = ROOT / "chapters" / "appendices" / "reading_memo.md"
HALF = 0.5


class Cup(IntEnum):
    ONE = 0
    TWO = 1
    THREE = 2


@jax.jit
def red(share, cup):
    return share[cup]


# fmt: off
@memo
def belief[cup: Cup](share: ...):
    player: knows(cup)
    player: thinks[ host: chooses(cup in Cup, wpp=red(share, cup)) ]
    return player[Pr[host.cup == cup]]


def stranger():
    @memo
    def program[other: Cup](share: ...):
        player: knows(other)
        player: thinks[ host: chooses(cup in Cup, wpp=belief[other](share)) ]
        return player[E[host.cup]]


def bare():
    @memo
    def program[cup: Cup](share: ...):
        player: knows(cup)
        player: thinks[ host: chooses(cup in Cup, wpp=share) ]
        return player[Pr[host.cup == cup]]


def outsider():
    @memo
    def program[cup: Cup]():
        player: knows(cup)
        player: thinks[ host: chooses(cup in Cup, wpp=HALF) ]
        return player[Pr[host.cup == cup]]


def weightless():
    @memo
    def program[cup: Cup]():
        player: thinks[ host: chooses(cup in Cup) ]
        return player[E[host.cup]]


def misspelt():
    @memo
    def program[cup: Cups]():
        player: knows(cup)
        return player[cup]


def listed():
    belief([0.25, 0.5, 0.75])
# fmt: on


def unseparated():
    compile("player: thinks[ host: chooses(a in A, wpp=1) host: chooses(b in B, wpp=1) ]", "x", "exec")


def sourceless():
    # As of nobody's module and file: from Python 3.13 on, source would be looked for in this file or, were it
    # "<string>", in what this process was begun with (`python -c`, as pytest's workers are).
    source = "@memo\ndef program[cup: Cup]():\n    a: knows(cup)\n    return a[cup]"
    exec(compile(source, "<nowhere>", "exec"), {"memo": memo, "Cup": Cup})


CASES = {
    stranger: (MemoError, "Unknown choice referenced in a memo call"),
    bare: (MemoError, "Unexpected use of non-numeric parameter"),
    outsider: (MemoError, "Unknown choice host.HALF"),
    weightless: (MemoError, "wrong number of keyword arguments to chooses"),
    unseparated: (SyntaxError, "invalid syntax. Perhaps you forgot a comma?"),
    misspelt: (NameError, "name 'Cups' is not defined"),
    listed: (MemoError, "was not a JAX array, despite being annotated"),
    sourceless: (MemoError, "Python couldn't find your memo source code"),
}


# A program inside a function is not supported by memo; here it fails before it could be used.
@pytest.mark.filterwarnings("ignore:memo works best in the global:UserWarning")
@pytest.mark.parametrize("program", CASES, ids=lambda program: program.__name__)
def test_memo_says_what_the_page_quotes(program):
    kind, message = CASES[program]
    with pytest.raises(kind) as caught:
        program()
    assert message in str(caught.value)
    assert f"`{message}`" in PAGE.read_text(encoding="utf-8")


def test_every_quoted_message_is_tested():
    table = PAGE.read_text(encoding="utf-8").split(":name: tab-memo-errors")[1].split("\n```\n")[0]
    quoted = {line.removeprefix("* - ").strip("`") for line in table.splitlines() if line.startswith("* - `")}
    assert quoted == {message for _, message in CASES.values()}
