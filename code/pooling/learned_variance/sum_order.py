"""Chapter 6: one question asked twice, sigma summed out late, and early.

What would the president believe about a department if she had met only this one? Both programs
answer that, and differ in where sigma is summed out: `summed_late` carries it to the end, through a
table of every combination of mu, tau, theta and sigma. Every twelfth mu of the course grid keeps
that table small enough for a small computer; both programs use the same.
"""

from timeit import repeat
from typing import NamedTuple

import jax
import numpy as np
from jax.scipy.stats.norm import pdf as normpdf
from memo import memo

from pooling.departments import Department
from pooling.grids import COURSE
from pooling.learned_variance import arrivals_likelihood, likelihood
from pooling.priors import halfcauchypdf

__all__ = ["Cost", "cost", "summed_early", "summed_late"]

MU, TAU, THETA, U = COURSE.mu[::12], COURSE.tau, COURSE.theta, COURSE.u


# fmt: off
@memo
def summed_late[d: Department, theta: THETA](
    t: ..., mu_scale, tau_scale, sigma_scale
):
    president: knows(d, theta)
    president: thinks[
        university: chooses(mu in MU, wpp=normpdf(mu, 0, mu_scale)),
        university: chooses(tau in TAU, wpp=halfcauchypdf(tau, tau_scale)),
        department: knows(d, university.mu, university.tau),
        department: chooses(
            theta in THETA,
            wpp=normpdf(theta, university.mu, university.tau)
        ),
        department: chooses(u in U, wpp=1)
    ]
    president: observes_event(
        wpp=likelihood(t, d, department.theta, department.u, sigma_scale)
    )
    return president[Pr[department.theta == theta]]


@memo
def summed_early[d: Department, theta: THETA](
    t: ..., mu_scale, tau_scale, sigma_scale
):
    president: knows(d, theta)
    president: thinks[
        university: chooses(mu in MU, wpp=normpdf(mu, 0, mu_scale)),
        university: chooses(tau in TAU, wpp=halfcauchypdf(tau, tau_scale)),
        department: knows(d, university.mu, university.tau),
        department: chooses(
            theta in THETA,
            wpp=normpdf(theta, university.mu, university.tau)
        )
    ]
    president: observes_event(
        wpp=arrivals_likelihood[d, department.theta](t, sigma_scale)
    )
    return president[Pr[department.theta == theta]]
# fmt: on


class Cost(NamedTuple):
    """What a program answered, and what it took."""

    answer: np.ndarray
    seconds: float
    megabytes: float


def cost(program, *arguments, runs=3):
    """Compile a program, run it, and return its answer, its time and its memory.

    Parameters
    ----------
    program : memo program
    *arguments
        What it is given, in its order.
    runs : int
        The shortest of so many runs counts; others were disturbed.

    Returns
    -------
    Cost
        `seconds` of one run, without compiling; `megabytes` for intermediate results, as the
        compiler reports them: neither arguments nor answer.
    """
    compiled = jax.jit(program).lower(*arguments).compile()
    seconds = repeat(lambda: jax.block_until_ready(compiled(*arguments)), number=1, repeat=runs)
    memory = compiled.memory_analysis().temp_size_in_bytes
    return Cost(np.asarray(compiled(*arguments)), min(seconds), memory / 1e6)
