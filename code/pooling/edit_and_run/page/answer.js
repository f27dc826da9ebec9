// What came of a run: numbers beside those of the printed program, and the curves of both.
import { element, label, show } from "../../explorer/frontend/draw.js";
import { marginals, summary } from "./marginals.js";
import { drawRows } from "./picture.js";

const UNIT = "minutes";
const capital = (name) => name.charAt(0) + name.slice(1).toLowerCase();

/** Rows [{ quantity, label, parameter, printed, yours }] of all questions that the reader's program answers. */
export function compared(questions, answers, printed) {
  return questions
    .filter(({ name }) => name in answers)
    .flatMap((question) => {
      const before = printed?.[question.name] ? marginals(question, printed[question.name]) : [];
      const known = new Map(before.map((one) => [one.quantity, one]));
      return marginals(question, answers[question.name]).map((yours) => ({
        ...yours,
        label: capital(yours.of),
        printed: known.get(yours.quantity),
        yours,
      }));
    });
}

/** The numbers that are told of a marginal, by kind. */
const told = (one) => {
  if (!one) return {};
  if ("chance" in one) return { probability: one.chance };
  const { mean, sd } = summary(one);
  return { mean, sd };
};

/** A table: the numbers of the program as it is printed, and beside them the reader's. */
export function tell(place, rows) {
  place.replaceChildren();
  const [kinds, unit] = [Object.keys(told(rows[0].yours)), "chance" in rows[0].yours ? "" : UNIT];
  const table = element("table", {}, place);
  heads(element("thead", {}, table), kinds, unit);
  const body = element("tbody", {}, table);
  for (const row of rows) numbers(element("tr", {}, body), kinds, row);
}

function heads(head, kinds, unit) {
  const above = element("tr", {}, head);
  const below = element("tr", {}, head);
  element("th", { scope: "col", rowspan: 2 }, above, unit);
  for (const whose of ["as printed", "yours"]) {
    element("th", { scope: "colgroup", colspan: kinds.length }, above, whose);
    for (const kind of kinds) element("th", { scope: "col" }, below, kind);
  }
}

function numbers(row, kinds, { quantity, parameter, label: of, printed, yours }) {
  const name = element("th", { scope: "row" }, row);
  element("code", {}, name, parameter);
  if (of) name.append(` ${of}`);
  const digits = "chance" in yours ? 4 : 2;
  const words = (value, otherwise) => (Number.isFinite(value) ? label(value, digits) : otherwise);
  const [before, now] = [told(printed), told(yours)];
  for (const kind of kinds) element("td", {}, row, words(before[kind], "–"));
  for (const kind of kinds) {
    const cell = element("td", {}, row);
    const value = Number.isFinite(now[kind]) ? show(now[kind], 6) : "NaN";
    const output = { "data-quantity": `${kind}:${quantity}`, "data-value": value, "aria-live": "off" };
    element("output", output, cell, words(now[kind], "not a number"));
  }
}

/** A picture for each parameter that has curves, as wide as there is room. */
export function picture(place, rows) {
  place.replaceChildren();
  const drawable = rows.filter(({ yours }) => yours.probability?.every(Number.isFinite));
  if (drawable.length) element("p", {}, place, "Filled: yours. Dashed: as printed.");
  for (const parameter of new Set(drawable.map((row) => row.parameter))) {
    const own = drawable.filter((row) => row.parameter === parameter);
    const svg = drawRows(place, parameter, UNIT, own);
    const means = own.map(({ label: of, printed, yours }) => {
      const [before, now] = [printed && summary(printed).mean, summary(yours).mean];
      const was = printed ? `${show(before)} as printed, ` : "";
      return `${of ? `${of}: ` : ""}mean ${was}${show(now)} yours`;
    });
    svg.setAttribute("aria-label", `Posterior of ${parameter}. ${means.join("; ")}.`);
  }
}

/** What the probabilities add up to, where that is not 1. */
export function warning(rows) {
  const off = rows.filter(({ yours }) => yours.probability && !(Math.abs(summary(yours).mass - 1) < 1e-6));
  return off.length
    ? `The answer for ${off[0].quantity} adds up to ${show(summary(off[0].yours).mass, 4)}, not to 1: means and sds are of what it would be after division by that.`
    : "";
}
