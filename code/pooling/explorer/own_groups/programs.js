// Programs to go on with: the words are Python's own, templates.py; here the gaps get the reader's names and priors.
import { called, repr } from "./words.js";

const PYMC = {
  Normal: ["mu", "sigma"],
  HalfCauchy: ["beta"],
  HalfNormal: ["sigma"],
  Exponential: ["lam"],
  Beta: ["alpha", "beta"],
  Pareto: ["m", "alpha"],
};
const CENTRED_FROM = 0.9; // as in program.py, which says why
const NAMES = { counts: { m: "mu", kappa: "tau" }, other: { mu: "mu", tau: "tau", sigma: "sigma" } };

const asPython = (prior) => {
  if (typeof prior === "number") return String(prior);
  const [name, values] = called(prior);
  return `${name}(${values.join(", ")})`;
};

function asPymc(name, prior) {
  if (typeof prior === "number") return String(prior);
  const [family, values] = called(prior);
  const given = PYMC[family].map((argument, k) => `${argument}=${values[k]}`);
  return `pm.${family}("${name}", ${given.join(", ")})`;
}

const median = (values) => {
  const sorted = Float64Array.from(values).sort();
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

/** In SQL a name that is no plain word, or a word of its own, stands in double quotes. */
function identifier(name, reserved) {
  const plain = /^[A-Za-z_]\w*$/.test(name) && !reserved.includes(name.toLowerCase());
  return plain ? name : `"${name.replaceAll('"', '""')}"`;
}

/** How pandas reads the reader's file as this page did. */
export function optionsOf({ mark, header, names, decimal, encoding }) {
  const given = [];
  if (mark !== ",") given.push(`sep=${repr(mark || ",")}`);
  if (decimal === ",") given.push("decimal=','");
  if (!header) given.push(`header=None, names=[${names.map(repr).join(", ")}]`);
  if (encoding && encoding !== "utf-8") given.push(`encoding=${repr(encoding)}`);
  return given.map((one) => `, ${one}`).join("");
}

/** { python, pymc, sql }: `source` is { file, ...what optionsOf takes }; sql is of rows. */
export function programsOf({ groups, priors, kept }, templates, source) {
  const { python, centred, non_centred: apart, sql, reserved } = templates[groups.kind];
  const filled = (text, written = repr, mark = "'") => {
    const gaps = Object.entries(groups.columns).reduce(
      (so, [use, name]) => so.replaceAll(`${mark}⟨${use}⟩${mark}`, () => written(name)),
      text,
    );
    return gaps.replace("'⟨file⟩'", () => repr(source.file)).replace("⟨options⟩", () => optionsOf(source));
  };
  const names = NAMES[groups.kind] ?? NAMES.other;
  const centredly = median(kept) >= CENTRED_FROM && priors.tau !== 0;
  const pymc = filled(centredly ? centred : apart)
    .split("\n")
    .map((line) => {
      const name = /^ {4}(\w+) = pm\.\w+\("\w+", /.exec(line)?.[1];
      return name in names ? `    ${name} = ${asPymc(name, priors[names[name]])}` : line;
    });
  const families = new Set(
    Object.values(priors)
      .filter((one) => typeof one === "object")
      .map((one) => called(one)[0]),
  );
  const given = Object.entries(priors).map(([name, prior]) => `${name}=${asPython(prior)}`);
  const lines = filled(python)
    .split("\n")
    .filter((line) => families.size || !line.includes("⟨families⟩"));
  return {
    python: lines
      .join("\n")
      .replace("⟨families⟩", [...families].sort().join(", "))
      .replace("⟨priors⟩", given.join(", ")),
    pymc: pymc.join("\n"),
    sql: sql && filled(sql, (name) => identifier(name, reserved), '"'),
  };
}
