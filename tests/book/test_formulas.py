"""A formula on the pages is one path, and looks as MathJax draws it: both rendered, pixel by pixel."""

import json
import re

import node
import numpy as np
import pytest
from javascript.bundle import BUILD

FORMULAS = [
    r"\bar y_d = \frac{1}{n_d}\sum_{i=1}^{n_d} t_{d,i}",
    r"p(\theta \mid y) \propto \prod_d \mathcal{N}(t_d \mid \theta_d, \sigma)",
    r"\hat\theta = \frac{\sigma^2}{\sigma^2 + n\tau^2}\,\mu + \left(1 - \frac{\sigma^2}{\tau^2}\right)\bar y",
    r"\sqrt{\frac{\tau^2}{1 + \sqrt{x}}} \ne \left\{\begin{matrix} 1 & a \\ 0 & b \end{matrix}\right.",
    r"\begin{aligned} a &= \underbrace{b + c}_{\text{twice}} \\ &\Rightarrow \widehat{abc} \end{aligned}",
    r"\left[\int_0^\infty e^{-x^2}\,dx\right] \not\subset \boxed{\tfrac12} \overline{XY} \cancel{z}",
    r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}",
]
LINED = "boxed"  # what is drawn by lines is left as it is
PROGRAM = """
import { readFileSync } from "node:fs";
import { initWasm, Resvg } from "BUILD/node_modules/@resvg/resvg-wasm/index.mjs";
import { flat } from "BUILD/flat.mjs";
import { drawn } from "BUILD/math.mjs";
await initWasm(readFileSync(new URL("BUILD/node_modules/@resvg/resvg-wasm/index_bg.wasm")));
const pixels = (svg) => {
  const { width, height, pixels } = new Resvg(svg, { fitTo: { mode: "width", value: 900 } }).render();
  return { width, height, shade: Array.from(pixels).filter((_, k) => k % 4 === 3) };
};
const told = FORMULAS.map((tex) => {
  const [before] = drawn({ tex, display: true }).match(/<svg.*<\\/svg>/s);
  return { before: pixels(before), after: pixels(flat(before)), was: before, svg: flat(before) };
});
console.log(JSON.stringify(told));
"""


@pytest.fixture(scope="module")
def pictures(site):
    program = PROGRAM.replace("BUILD", BUILD.as_uri()).replace("FORMULAS", json.dumps(FORMULAS))
    return node.run(program)


def test_it_looks_as_mathjax_draws_it(pictures):
    for tex, one in zip(FORMULAS, pictures, strict=True):
        before, after = (np.array(one[when]["shade"], float) for when in ("before", "after"))
        assert one["before"]["height"] == one["after"]["height"]
        assert before.max() > 200, tex
        assert np.abs(before - after).max() <= 64, tex  # one of a pixel's four rows that resvg looks at
        assert np.abs(before - after).sum() < 1e-3 * before.sum(), tex


def test_it_is_few_elements(pictures):
    for tex, one in zip(FORMULAS, pictures, strict=True):
        before, after = (len(re.findall("<(?!/)", one[when])) for when in ("was", "svg"))
        assert after == before if LINED in tex else after <= before / 3, tex


def test_formulas_of_the_pages_are_one_path(site):
    texts = [path.read_text(encoding="utf8") for path in sorted(site.glob("chapters/*.html"))]
    drawn = re.compile(r"<mjx-container[^>]*>(<svg.*?</svg>)<mjx", re.DOTALL)
    svgs = [svg for text in texts for svg in drawn.findall(text)]
    assert len(svgs) > 1500
    assert np.mean([svg.count("<path") for svg in svgs]) < 1.2
    assert np.mean([len(re.findall("<(?!/)", svg)) for svg in svgs]) < 2.3
