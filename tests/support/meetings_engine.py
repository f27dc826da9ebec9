"""What the JavaScript engine of chapters 1 to 7 is asked, and what Python calls the same things."""

from pathlib import Path

from pooling.departments import Department
from pooling.explorer import frontend

FOLDER = Path(frontend.__file__).parent.parent

ENGINE = """
import readline from "node:readline";
import { compute } from "FOLDER/meetings/engine.js";
import { interval, mean, median, sd } from "FOLDER/frontend/summary.js";
const data = {};
const number = (x) => (x === null ? NaN : x);
const told = (marginal) => ({
  probability: Array.from(marginal.probability),
  values: Array.from(marginal.values),
  edges: marginal.edges && Array.from(marginal.edges),
  mean: mean(marginal),
  sd: sd(marginal),
  median: median(marginal),
  interval: interval(marginal),
});
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { stem, t, settings } = JSON.parse(line);
  data[stem] ??= { stem };
  const { posterior, references, improper, answers } = compute({ ...settings, t: t.map(number) }, data[stem]);
  const marginals = {};
  for (const [name, marginal] of Object.entries(posterior)) marginals[name] = told(marginal);
  console.log(JSON.stringify({ marginals, references, improper, answers }));
}
"""


def by_name(posterior, new=None):
    """Return the Python posterior by the names that the page uses; `new` is a department never met."""
    named = {} if new is None else {"theta[NEW]": new}
    for parameter in ("theta", "mu", "tau", "sigma"):
        marginal = getattr(posterior, parameter)
        if marginal is None:
            continue
        if marginal.probability.ndim == 1:
            named[parameter] = marginal
        else:
            for d in Department:
                named[f"{parameter}[{d.name}]"] = marginal._replace(probability=marginal.probability[d])
    return named
