// Priors in the unit of the data: what was chosen, to be changed; and what halving and doubling them does.
import { element } from "../frontend/draw.js";
import { createScroller } from "./scroller.js";
import { general, quoted } from "./words.js";

const FAMILIES = {
  mu: { Normal: ["loc", "scale"], known: ["value"] },
  scale: { HalfNormal: ["scale"], HalfCauchy: ["scale"], Exponential: ["rate"], known: ["value"] },
  m: { Beta: ["a", "b"] },
  kappa: { Pareto: ["minimum", "alpha"] },
};
const WORDS = { mu: "mean of the groups", tau: "sd between groups", sigma: "sd within groups" };
const OF_COUNTS = { mu: "m, mean proportion", tau: "kappa, concentration" };
const familiesOf = (name, counts) =>
  FAMILIES[counts ? { mu: "m", tau: "kappa" }[name] : name === "mu" ? "mu" : "scale"];

/** A prior as { family, values } of its arguments, and back. */
function apart(prior) {
  if (typeof prior === "number") return { family: "known", values: [prior] };
  if ("loc" in prior) return { family: "Normal", values: [prior.loc, prior.scale] };
  if ("a" in prior) return { family: "Beta", values: [prior.a, prior.b] };
  if ("minimum" in prior) return { family: "Pareto", values: [prior.minimum, prior.alpha] };
  return { family: prior.family, values: [prior.family === "Exponential" ? 1 / prior.size : prior.size] };
}

function together(family, [first, second]) {
  if (family === "known") return first;
  if (family === "Normal") return { loc: first, scale: second };
  if (family === "Beta") return { a: first, b: second };
  if (family === "Pareto") return { minimum: first, alpha: second };
  return { family, size: family === "Exponential" ? 1 / first : first };
}

/** What halving and doubling each prior does, as a table. */
function tellSensitivity(table, kind, sensitivity) {
  table.replaceChildren();
  if (!sensitivity) return;
  element("caption", {}, table, "Each prior half and twice as wide: what moves most, in posterior sds");
  const head = element("tr", {}, element("thead", {}, table));
  for (const words of ["prior", "becomes", "mean", kind === "counts" ? "kappa" : "tau", "moves", "whose"])
    element("th", { scope: "col" }, head, words);
  const body = element("tbody", {}, table);
  for (const one of sensitivity) {
    const line = element("tr", {}, body);
    element("th", { scope: "row" }, line, one.prior);
    for (const words of [
      one.changed,
      general(one.mu),
      general(one.tau),
      one.moved.toFixed(3),
      quoted(one.group),
    ])
      element("td", {}, line, words);
  }
}

/** `changed(priors)` hears of what the reader has set, by name; null lets all be chosen again. */
export function createPriors(root, changed) {
  const box = element("div", { class: "pw-priors" }, root);
  const again = element(
    "button",
    { type: "button", class: "pw-button" },
    root,
    "Choose the priors by the data again",
  );
  const note = element("p", { class: "pw-note", "aria-live": "polite" }, root);
  const { box: frame, watch } = createScroller(root, "what the priors do");
  const table = watch(element("table", { class: "pw-sensitivity" }, frame));
  let [own, shown] = [{}, ""];
  again.addEventListener("click", () => {
    own = {};
    changed(null);
  });

  function row(name, prior, counts, unit) {
    const set = element("fieldset", { "data-prior": name }, box);
    element("legend", {}, set, counts ? OF_COUNTS[name] : `${name}, ${WORDS[name]}, in the unit of ${unit}`);
    const families = familiesOf(name, counts);
    const kind = element(
      "select",
      { "data-control": `prior:${name}`, "aria-label": `prior of ${name}` },
      set,
    );
    for (const family of Object.keys(families))
      element("option", { value: family }, kind, family === "known" ? "taken as known" : family);
    const { family, values } = apart(prior);
    kind.value = family;
    const inputs = element("span", {}, set);
    function fields(of, given) {
      inputs.replaceChildren();
      families[of].forEach((argument, k) => {
        const label = element("label", {}, inputs, `${argument} `);
        const control = `prior:${name}.${argument}`;
        const input = element(
          "input",
          { type: "number", step: "any", "data-control": control, value: Number(given[k].toPrecision(4)) },
          label,
        );
        input.addEventListener("change", () => read(name, kind.value, inputs));
      });
    }
    fields(family, values);
    kind.addEventListener("change", () => {
      const size = values.length > 1 && kind.value !== "known" ? values : [Math.abs(values.at(-1)) || 1, 1];
      fields(
        kind.value,
        kind.value === "known" && name === "mu"
          ? [values[0]]
          : kind.value === "Exponential"
            ? [1 / size[0]]
            : size,
      );
      read(name, kind.value, inputs);
    });
  }
  function read(name, family, inputs) {
    const values = [...inputs.querySelectorAll("input")].map((one) => one.valueAsNumber);
    const first = family === "Normal" || (family === "known" && name === "mu") ? 1 : 0;
    const bad = values.some(
      (one, k) =>
        !Number.isFinite(one) ||
        (k >= first && one <= 0 && !(family === "known" && name === "tau" && one === 0)),
    );
    note.textContent = bad ? `The prior of ${name} needs numbers; scales are above 0.` : "";
    if (bad) return;
    own = { ...own, [name]: together(family, values) };
    changed(own);
  }
  return {
    /** A new table has its own unit. */
    reset: () => (own = {}),
    tell({ groups, priors, sensitivity }, unit) {
      const key = JSON.stringify([groups.kind, unit, priors]);
      if (key !== shown && !box.contains(document.activeElement)) {
        box.replaceChildren();
        for (const [name, prior] of Object.entries(priors)) row(name, prior, groups.kind === "counts", unit);
      }
      shown = key;
      tellSensitivity(table, groups.kind, sensitivity);
    },
  };
}
