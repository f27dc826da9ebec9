// The legends of chapters 1 to 7: words, and the swatch before them.
import { centre, diamond, hill, line, pucks, ring, span } from "../frontend/swatches.js";

export const LEGEND = {
  posterior: ["posterior", hill()],
  prior: ["prior", line("prior")],
  likelihood: ["likelihood", line("likelihood")],
  observation: ["observation: drag it", pucks()],
  limit: ["observation: drag it. Also the limit tau → ∞, no pooling", pucks()],
  mean: ["posterior mean", centre()],
  median: ["tau: median and 94 % HDI", span()],
  medians: ["tau and sigma: median and 94 % HDI", span()],
  mu: ["mu, the mean of the prior", diamond()],
  arrivals: ["arrival: drag it, or move it by arrow keys", pucks()],
  sample: ["mean of a department's arrivals", pucks("sample")],
  "sample limit": ["mean of a department's arrivals: the limit tau → ∞, no pooling", pucks("sample")],
  "mean of mu": ["mean of mu", diamond()],
  models: ["E[theta] under each model, the chosen one filled", letters()],
  "sample mean": ["sample mean", diamond().slice(1)], // no line is drawn through it
  "complete pooling": ["the limit tau → 0, complete pooling", diamond()],
  arrival: ["arrival. Also the limit tau → ∞, no pooling", pucks()],
  setting: ["the current setting", ring()],
};

function letters() {
  return ["pe-mark", "pe-mark pe-chosen"].map((kind, n) => [
    "circle",
    { class: kind, cx: 7 + 14 * n, cy: 9, r: 6 },
  ]);
}
