// The posterior of tau over its prior, and where the slider stands.
import { createAxes } from "../frontend/axes.js";
import { draw, linear, put, SHAPES, tenth, write } from "../frontend/draw.js";

const TAU = [0, 10];

export function createHill(svg) {
  const title = draw("text", {}, svg);
  write(title, "τ given the data and σ");
  const below = createAxes(svg, { across: "complete ← tau → no pooling" });
  const fill = draw("path", { class: "pe-fill" }, svg);
  const prior = draw("path", { class: "pe-prior" }, svg);
  const density = draw("path", { class: "pe-posterior" }, svg);
  const span = draw("path", { class: "pe-span" }, svg);
  const middle = draw("circle", { class: "pe-median", r: 4 }, svg);
  const now = draw("path", { class: "pe-centre" }, svg);
  const head = draw("path", { class: "pe-head", d: SHAPES.head }, svg);

  let t = null; // the scale of tau
  let [base, tall] = [0, 0];

  function layout({ left, right, top, base: foot }) {
    base = foot;
    tall = base - top;
    t = linear(TAU, [left, right]);
    below.layout({ x: t, y: linear([0, 1], [base, top - 8]) });
    put(title, { x: left, y: top - 18 });
  }

  /** Densities, both per point of tau, the posterior's top as high as there is room. */
  function update({ values, probability, step, median: half, lower, upper }, at) {
    const inside = [...values.keys()].filter((i) => values[i] < TAU[1]);
    const unit = (0.92 * tall * step) / inside.reduce((top, i) => Math.max(top, probability[i]), 0);
    const height = (p) => tenth(base - unit * Math.min(p, tall / unit));
    const curve = inside.map((i) => `${t(values[i])},${height(probability[i] / step)}`);
    const path = `M${t(0)},${height(probability[0] / step)}L${curve.join("L")}`;
    put(density, { d: path });
    put(fill, { d: `${path}V${base}H${t(0)}Z` });
    put(prior, { d: `M${inside.map((i) => `${t(values[i])},${height(Math.exp(-values[i]))}`).join("L")}` });
    put(span, { d: `M${t(lower)},${base}H${t(upper)}` });
    put(middle, { cx: t(half), cy: base });
    put(now, { d: `M${t(at)},${base}V${base - tall}` });
    put(head, { transform: `translate(${t(at)},${base - tall - 6}) rotate(90)` });
  }

  return { layout, update };
}
