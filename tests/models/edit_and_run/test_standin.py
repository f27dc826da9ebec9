"""The page's stand-in for JAX against JAX: random expressions, shapes, reductions, vmap, and the limits."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from in_page import dumps, question, running

KINDS = (
    "jnp.where(jnp.isnan(answer), 1, jnp.where(answer == jnp.inf, 2, jnp.where(answer == -jnp.inf, 3, 0)))"
)
SHAPES = [(), (1,), (3,), (2, 3), (1, 3), (2, 1), (4, 1, 3), (4, 2, 3), (4, 2, 1)]
NUMBERS = [0.0, 1.0, -1.0, 2.0, -2.5, 0.5, 3.0, 7.0, -0.125, 1e300, float("inf"), float("-inf"), float("nan")]
UNARY = ["-{}", "abs({})", "jnp.exp({})", "jnp.log(abs({}))", "jnp.sqrt(abs({}))", "jnp.tan({} * 0.1)"]
UNARY += [
    "jnp.isnan({})",
    "jnp.floor({})",
    "jnp.round({})",
    "jnp.sign({})",
    "jnp.log1p(abs({}))",
    "jnp.isfinite({})",
]
BINARY = [
    "{} + {}",
    "{} - {}",
    "{} * {}",
    "{} / {}",
    "{} % {}",
    "{} ** {}",
    "{} == {}",
    "{} != {}",
    "{} < {}",
]
BINARY += [
    "{} <= {}",
    "{} > {}",
    "{} >= {}",
    "jnp.maximum({}, {})",
    "jnp.minimum({}, {})",
    "jnp.arctan2({}, {})",
]
BINARY += ["jnp.logical_and({}, {})", "jnp.logical_or({}, {})"]
REDUCE = ["jnp.sum({}, axis={})", "jnp.max({}, axis={})", "jnp.min({}, axis={})", "jnp.prod({}, axis={})"]
REDUCE += ["jnp.any({}, axis={})", "jnp.all({}, axis={})", "jnp.mean({}, axis={}, keepdims=True)"]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with running(tmp_path_factory.mktemp("page")) as ask:
        yield ask


def both(page, source):
    """Return what a program that assigns `answer` gives in JAX and on the page."""
    names = {"jax": jax, "jnp": jnp}
    with jax.enable_x64(True):
        exec(source, names)
        wanted = np.asarray(names["answer"], dtype=float)
    asked = question("answer", wanted.shape)
    asked["questions"].append({**asked["questions"][0], "name": "kinds", "call": "kinds"})
    told = page(
        f"import jax\nimport jax.numpy as jnp\n{source}\nanswer = jnp.array(answer)\nkinds = {KINDS}",
        asked,
    )
    assert "error" not in told, f"{source}\n{told['error']}"
    values, kinds = (np.array(told["answers"][name]["values"], dtype=float) for name in ("answer", "kinds"))
    found = np.select([kinds == 1, kinds == 2, kinds == 3], [np.nan, np.inf, -np.inf], values)
    return wanted, found.reshape(wanted.shape)


def agree(page, source):
    wanted, found = both(page, source)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-300, err_msg=source)


def leaf(draw):
    shape = draw(st.sampled_from(SHAPES))
    size = int(np.prod(shape))
    row = draw(st.lists(st.sampled_from(NUMBERS), min_size=size, max_size=size))
    written = dumps(np.reshape(row, shape).tolist())
    return f"jnp.array({written})".replace("nan", "jnp.nan").replace("inf", "jnp.inf")


@st.composite
def expressions(draw, depth=3):
    """An expression in `jnp`; its arrays broadcast with each other, whatever their shapes."""
    kind = draw(st.integers(0, 9)) if depth else 0
    if kind < 3:
        return leaf(draw)
    inner = f"(1.0 * {draw(expressions(depth=depth - 1))})"  # JAX takes true and false for single precision
    if kind < 5:
        return f"({draw(st.sampled_from(UNARY)).format(inner)})"
    if kind == 5:
        axis = draw(st.sampled_from(["None", "-1"]))
        return f"({draw(st.sampled_from(REDUCE)).format(f'jnp.atleast_1d({inner})', axis)})"
    other = f"(1.0 * {draw(expressions(depth=depth - 1))})"
    if kind == 6:
        return f"jnp.where({inner} > 0, {other}, {inner})"
    return f"({draw(st.sampled_from(BINARY)).format(inner, other)})"


@settings(deadline=None, max_examples=150)
@given(source=expressions())
def test_random_expressions(page, source):
    try:
        with jax.enable_x64(True):
            eval(source, {"jnp": jnp})
    except (TypeError, ValueError):  # shapes that do not fit
        return
    agree(page, f"answer = {source} * 1.0")


@pytest.mark.parametrize(
    "source",
    [
        "7.0 // jnp.array([2.0, -2.0, 0.5])",
        "jnp.array([7.0, -7.0]) // 2",
        "jnp.array([7.0, -7.0, 7.5, 0.0]) % jnp.array([3.0, 3.0, -2.0, 5.0])",
        "jnp.array([1.0, 2.0, -1.0]) ** jnp.array([jnp.nan, 0.0, jnp.inf])",
        "jnp.round(jnp.array([0.5, 1.5, 2.5, -0.5, -1.5, 2.4]))",
        "jnp.array([True, False, True]).sum()",
        "(jnp.array([True, False]) + jnp.array([True, True])) * 1",
        "(jnp.array([True, False]) * jnp.array([True, True])) * 1",
        "~jnp.array([True, False]) * 1",
        "(jnp.array([6, 3]) & jnp.array([3, 5])) * 1",
        "jnp.array([1.0, jnp.nan, 3.0]).max()",
        "jnp.array([jnp.nan, 1.0, 3.0]).min()",
        "jnp.nan_to_num(jnp.array([jnp.nan, jnp.inf, -jnp.inf, 2.0]))",
        "jnp.clip(jnp.arange(7.0), 2, 4)",
        "jnp.linspace(-60, 60, 121)",
        "jnp.arange(2, 11, 3)",
        "jnp.stack([jnp.arange(3.0), jnp.ones(3)], axis=1)",
        "jnp.moveaxis(jnp.arange(24.0).reshape(2, 3, 4), 0, -1)",
        "jnp.swapaxes(jnp.arange(24.0).reshape(2, 3, 4), 0, 2)",
        "jnp.transpose(jnp.arange(24.0).reshape(2, 3, 4))",
        "jnp.diagonal(jnp.arange(12.0).reshape(3, 4))",
        "jnp.diagonal(jnp.arange(24.0).reshape(2, 3, 4), axis1=1, axis2=2)",
        "jnp.expand_dims(jnp.arange(3.0), (0, 2))",
        "jnp.squeeze(jnp.ones((1, 3, 1)), 0)",
        "jnp.arange(24.0).reshape(2, 3, 4)[1, ::2, 1:-1]",
        "jnp.arange(24.0).reshape(2, 3, 4)[..., -1]",
        "jnp.arange(6.0)[::-1]",
        "jnp.arange(6.0)[None, :, None]",
        "jnp.arange(12.0).reshape(3, 4)[jnp.array([2, 0]), jnp.array([1, 7])]",
        "jnp.arange(12.0).reshape(3, 4)[jnp.array([[2, 0], [1, -1]])]",
        "jnp.arange(3.0) @ jnp.arange(3.0)",
        "jnp.arange(6.0).reshape(2, 3) @ jnp.arange(12.0).reshape(3, 4)",
        "jnp.dot(jnp.arange(6.0).reshape(2, 3), jnp.arange(3.0))",
        "jnp.arange(5.0).std() + jnp.arange(6.0).reshape(2, 3).var(axis=0)",
        "jnp.full((2, 3), 4.0) + jnp.zeros_like(jnp.ones((2, 1)))",
        "jnp.isclose(jnp.array([1.0, jnp.nan, jnp.inf]), jnp.array([1.0 + 1e-7, jnp.nan, jnp.inf])) * 1",
        "jnp.where(jnp.arange(4) > 1, jnp.arange(4), -1)",
        "jnp.arange(4.0).at[jnp.arange(4) > 1].set(9.0)",
        "jnp.int32(jnp.array([1.9, -1.9]))",
        "jax.nn.sigmoid(jnp.arange(-3.0, 3.0))",
        "jax.scipy.stats.norm.pdf(jnp.arange(3.0), 1.0, 2.0) + jax.scipy.stats.norm.logpdf(0.5)",
        "jnp.logaddexp(jnp.array([0.0, -jnp.inf, 700.0]), jnp.array([1.0, -jnp.inf, -700.0]))",
    ],
)
def test_what_a_program_may_use(page, source):
    agree(page, f"import jax\nimport jax.numpy as jnp\nimport jax.scipy.stats.norm\nanswer = {source}")


@pytest.mark.parametrize(
    "body",
    [
        "jax.vmap(lambda x, y: (x * y).sum())(jnp.arange(6.0).reshape(2, 3), jnp.ones((2, 3)))",
        "jax.vmap(lambda x: x + jnp.arange(4.0))(jnp.arange(3.0))",
        "jax.vmap(lambda x, y: x * y, in_axes=(0, None))(jnp.arange(3.0), 5.0)",
        "jax.vmap(lambda x: x * 2, in_axes=1)(jnp.arange(6.0).reshape(2, 3))",
        "jax.vmap(lambda x: jnp.ones(2))(jnp.arange(3.0))",
        "jax.vmap(lambda x: jnp.arange(5.0)[jnp.int32(x)])(jnp.arange(3.0))",
        "jax.vmap(lambda x: jnp.where(x > 1, x, -x).max())(jnp.arange(6.0).reshape(3, 2))",
        "jax.vmap(lambda x: jnp.array([x, x * 2, 7.0]))(jnp.arange(3.0))",
        "jax.vmap(lambda x: jnp.array([x == 0, x > 0])[jnp.int32(x > 1)] * 1)(jnp.arange(3.0))",
        "jax.vmap(lambda x, i: x[i])(jnp.arange(6.0).reshape(2, 3), jnp.array([2, -1]))",
        "jax.vmap(lambda x, i: x[i, 0])(jnp.arange(12.0).reshape(2, 3, 2), jnp.array([1, 9]))",
        "jax.vmap(lambda x: jnp.stack([x, x + 1], axis=-1))(jnp.arange(6.0).reshape(2, 3))",
        "jax.vmap(lambda x: x.T @ x)(jnp.arange(12.0).reshape(2, 2, 3))",
        "jax.jit(lambda x: x.mean(axis=0))(jnp.arange(6.0).reshape(2, 3))",
    ],
)
def test_vmap_and_jit(page, body):
    agree(page, f"answer = {body}")


def test_memo_maps_over_a_grid_in_one_row(page):
    grid = (
        "a, b = (x.ravel() for x in jnp.broadcast_arrays(jnp.arange(3.0)[:, None], jnp.arange(4.0)[None]))\n"
    )
    agree(page, grid + "answer = jax.vmap(lambda a, b: a * 10 + b)(a, b).reshape(3, 4)")


@pytest.mark.parametrize("steps", [200, 3000])
def test_an_expression_may_be_long(page, steps):
    loop = f"answer = jnp.arange(7.0)\nfor step in range({steps}):\n    answer = answer * 0.999 + step\n"
    agree(page, loop)
    mapped = f"    for step in range({steps // 10}):\n        answer = answer + step\n    return answer\n"
    agree(page, f"def run(answer):\n{mapped}answer = jax.vmap(run)(jnp.arange(6.0).reshape(2, 3))")


@pytest.mark.parametrize("value", ["'abc'", "['a', 'b']", "None", "{'a': 1}", "[1.0, None]"])
def test_what_is_no_number_is_named(page, value):
    told = page(f"import jax.numpy as jnp\nanswer = jnp.array({value})", question("answer", (1,)))
    assert "an array is made of numbers, got" in told["error"]


def test_an_array_is_printed_as_on_the_page_around_it(page):
    told = page(
        "import jax.numpy as jnp\nprint(jnp.array([[1, 2], [3, 4]]) / 6)\nanswer = 1.0",
        question("answer", ()),
    )
    assert told["printed"] == "[[0.16666667 0.33333333] [0.5 0.66666667]]\n"


def test_its_numbers_are_double(page):
    agree(page, "answer = jnp.exp(-jnp.arange(300.0, 700.0, 50.0))")
