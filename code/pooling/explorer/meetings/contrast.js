// The models side by side: a mark for each on the drawing, a row for each in a table, and the choice among them.
import { createChoices } from "../frontend/choice.js";
import { draw, element, label, put, write } from "../frontend/draw.js";
import { DEPARTMENTS } from "./grid.js";
import { MODELS, ROWS } from "./models_contrasted.js";

const APART = 19; // pixels between two letters
const inWords = (name) => name.replace("_", " ");

export function createModels(place, state) {
  const options = Object.entries(MODELS).map(([name, { letter }]) => [
    name,
    `${inWords(name)} `,
    element("span", { class: "pe-letter" }, null, letter),
  ]);
  return createChoices(place, { name: "model", legend: "Model:", options }, state);
}

/** Under a panel: where each model's mean is, by its letter; letters that would overlap are moved apart. */
export function createMarks(root, name) {
  const lines = draw("path", { class: "pe-leader" }, root);
  const marks = Object.values(MODELS).map(({ letter }) => {
    const mark = draw("g", { class: "pe-mark" }, root);
    draw("circle", { r: 8.5 }, mark);
    draw("text", { y: 4.3, "text-anchor": "middle" }, mark).textContent = letter;
    return mark;
  });
  let [scale, y, width] = [null, 0, 0];
  return {
    layout(...place) {
      [scale, y, width] = place;
    },
    update({ answers }, { model }) {
      const xs = answers.map(({ means }) => scale(means[name]));
      const at = apart(xs, 12, width - 12);
      put(lines, { d: xs.map((x, n) => `M${x},${y - 14}V${y - 11}L${at[n]},${y - 7}`).join("") });
      answers.forEach((answer, n) => {
        put(marks[n], { transform: `translate(${at[n]},${y + 1})` });
        marks[n].classList.toggle("pe-chosen", answer.name === model);
      });
    },
  };
}

/** Places near `xs`, each at least APART from the next, between two ends. */
function apart(xs, low, high) {
  const order = xs.map((_, n) => n).sort((a, b) => xs[a] - xs[b] || a - b);
  const out = [];
  const clusters = []; // neighbours that touch share their middle
  for (const n of order) {
    let next = { members: [n], middle: xs[n] };
    const touches = (last) =>
      next.middle - last.middle < (APART * (next.members.length + last.members.length)) / 2;
    while (clusters.length && touches(clusters.at(-1))) {
      const last = clusters.pop();
      const members = [...last.members, ...next.members];
      next = { members, middle: members.reduce((sum, m) => sum + xs[m], 0) / members.length };
    }
    clusters.push(next);
  }
  for (const { members, middle } of clusters) {
    const half = (APART * (members.length - 1)) / 2;
    const from = Math.min(high - 2 * half, Math.max(low, middle - half));
    members.forEach((n, place) => (out[n] = from + APART * place));
  }
  return out;
}

/** E[theta] of every department under every model, in numbers. */
export function createContrast(place) {
  const table = element("table", { class: "pe-contrast" }, place);
  element("caption", {}, table, "E[theta] under each model, minutes");
  const head = element("tr", {}, element("thead", {}, table));
  element("th", { scope: "col" }, head, "department");
  const heads = Object.entries(MODELS).map(([name, { letter }]) => {
    const cell = element("th", { scope: "col", "aria-label": inWords(name) }, head);
    element("span", { class: "pe-letter" }, cell, letter);
    return cell;
  });
  const body = element("tbody", {}, table);
  const rows = [...DEPARTMENTS, "never met"].map((name) => {
    const row = element("tr", {}, body);
    element("th", { scope: "row" }, row, name);
    return heads.map(() => element("td", {}, row));
  });
  return ({ answers }, { model }) =>
    answers.forEach(({ name, means }, n) => {
      rows.forEach((cells, row) => write(cells[n], label(means[ROWS[row]])));
      for (const cell of [heads[n], ...rows.map((cells) => cells[n])])
        cell.classList.toggle("pe-chosen", name === model);
    });
}
