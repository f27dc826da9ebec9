"""A dozen small memo programs about other things: what memo's language has, in JAX and as the page runs it.

The stories are the classics that memo's own demonstrations tell too; the programs are written for this test.
"""

import numpy as np
import pytest
from in_page import arrays, in_jax, question, running

HEAD = """
import jax
import jax.numpy as jnp
from enum import IntEnum
from memo import memo

DIE = list(range(1, 7))
DOORS = [0, 1, 2]
COIN = [0, 1]
"""
DEMOS = {
    "monty hall": (
        """
@memo
def answer[first: DOORS, opened: DOORS, prize: DOORS]():
    player: knows(first, opened, prize)
    player: thinks[
        host: chooses(prize in DOORS, wpp=1),
        host: knows(first),
        host: chooses(opened in DOORS, wpp=(opened != prize) * (opened != first))
    ]
    player: observes [host.opened] is opened
    return player[Pr[host.prize == prize]]
""",
        "answer()",
        (3, 3, 3),
    ),
    "the larger of two dice": (
        """
@jax.jit
def larger(a, b):
    return jnp.maximum(a, b)

@memo
def answer():
    one: draws(a in DIE, wpp=1)
    two: draws(b in DIE, wpp=1)
    return E[larger(one.a, two.b)]
""",
        "answer()",
        (),
    ),
    "variance of a die": (
        """
@memo
def answer(bias):
    player: draws(n in DIE, wpp=n ** bias)
    return Var[player.n]
""",
        "answer(1.5)",
        (),
    ),
    "entropy of a coin": (
        """
P = [0.1, 0.25, 0.5, 0.9]

@memo
def answer[p: P]():
    coin: knows(p)
    coin: draws(side in COIN, wpp=p if side == 1 else 1 - p)
    return H[coin.side]
""",
        "answer()",
        (4,),
    ),
    "a choice of lotteries": (
        """
@memo
def answer[option: COIN](beta):
    person: knows(option)
    person: wants(gain = nature.prize * (option == 1) + 2.9 * (option == 0))
    person: thinks[nature: draws(prize in DIE, wpp=1)]
    return person[EU[gain]]
""",
        "answer(1.0)",
        (2,),
    ),
    "softmax of utilities": (
        """
@memo
def answer[n: DIE](beta):
    person: chooses(n in DIE, wpp=exp(beta * log(n)))
    observer: knows(n)
    return Pr[person.n == n]
""",
        "answer(0.7)",
        (6,),
    ),
    "some but not all": (
        """
STATES = [0, 1, 2, 3]
WORDS = [0, 1, 2]

@jax.jit
def true(word, state):
    return jnp.array([state == 0, state > 0, state == 3])[jnp.int32(word)] * 1.0

@memo
def literal[word: WORDS, state: STATES]():
    listener: knows(word, state)
    listener: thinks[
        speaker: draws(state in STATES, wpp=1),
        speaker: chooses(word in WORDS, wpp=true(word, state))
    ]
    listener: observes [speaker.word] is word
    return listener[Pr[speaker.state == state]]

@memo
def answer[word: WORDS, state: STATES](alpha):
    listener: knows(word, state)
    listener: thinks[
        speaker: draws(state in STATES, wpp=1),
        speaker: chooses(word in WORDS, wpp=literal[word, state]() ** alpha)
    ]
    listener: observes [speaker.word] is word
    return listener[Pr[speaker.state == state]]
""",
        "answer(2.0)",
        (3, 4),
    ),
    "a noisy report": (
        """
@memo
def answer[said: DIE, n: DIE](noise):
    hearer: knows(said, n)
    hearer: thinks[
        teller: draws(n in DIE, wpp=1),
        teller: chooses(said in DIE, wpp=exp(-abs(said - n) / noise))
    ]
    hearer: observes [teller.said] is said
    return hearer[Pr[teller.n == n]]
""",
        "answer(0.8)",
        (6, 6),
    ),
    "an average over what another believes": (
        """
@memo
def answer[seen: DIE](noise):
    boss: knows(seen)
    boss: thinks[
        clerk: knows(seen),
        clerk: thinks[
            nature: draws(n in DIE, wpp=1),
            nature: chooses(seen in DIE, wpp=exp(-(seen - n) ** 2 / noise))
        ],
        clerk: observes [nature.seen] is seen
    ]
    return boss[clerk[E[nature.n]]]
""",
        "answer(2.0)",
        (6,),
    ),
    "an event, observed": (
        """
@memo
def answer[n: DIE]():
    hearer: knows(n)
    hearer: thinks[teller: draws(n in DIE, wpp=1)]
    hearer: observes_that [teller.n > 2]
    return hearer[Pr[teller.n == n]]
""",
        "answer()",
        (6,),
    ),
    "an array that is given": (
        """
@jax.jit
def weight(table, a, b):
    return table[a, b]

@memo
def answer[a: COIN](table: ...):
    one: knows(a)
    one: thinks[two: knows(a), two: draws(b in DOORS, wpp=weight(table, a, b))]
    return one[E[two.b]]
""",
        "answer(jnp.arange(6.0).reshape(2, 3) + 1)",
        (2,),
    ),
    "asking again and again": (
        """
@memo
def answer[n: DIE](depth):
    player: knows(n)
    player: thinks[
        other: draws(n in DIE, wpp=n if depth <= 0 else answer[n](depth - 1) ** 2)
    ]
    return player[Pr[other.n == n]]
""",
        "answer(3)",
        (6,),
    ),
    "a sum of two dice": (
        """
SUMS = list(range(2, 13))

@memo
def answer[total: SUMS]():
    player: knows(total)
    player: thinks[one: draws(a in DIE, wpp=1), two: draws(b in DIE, wpp=1)]
    return player[Pr[one.a + two.b == total]]
""",
        "answer()",
        (11,),
    ),
}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with running(tmp_path_factory.mktemp("page")) as ask:
        yield ask


@pytest.mark.slow
@pytest.mark.parametrize("name", DEMOS)
def test_memo_says_the_same_on_the_page(page, tmp_path, name):
    program, call, shape = DEMOS[name]
    asked = question(call, shape)
    there = in_jax(HEAD + program, asked, tmp_path)["answer"]
    assert there.shape == shape
    # what is made of whole numbers alone stays in single precision in JAX
    tolerance = 1e-9 if there.dtype == float else 1e-6
    found = arrays(page(HEAD + program, asked))["answer"]
    np.testing.assert_allclose(found, there, rtol=tolerance, atol=tolerance)
