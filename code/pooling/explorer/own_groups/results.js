// What the answer says in numbers: the population, a new group, and a table of all groups that can be sorted.
import { element } from "../frontend/draw.js";
import { decimalsFor, shown } from "./scale.js";
import { createScroller } from "./scroller.js";
import { whole } from "./words.js";

const MOST = 500; // rows of the table that are on the page

const output = (parent, quantity, value, digits) =>
  element("output", { "data-quantity": quantity, "data-value": String(value) }, parent, shown(value, digits));

/** What is believed of one number: mean, sd, median and bounds, where there are such. */
function createFact(body, [words, name, belief], digits) {
  const row = element("tr", {}, body);
  element("th", { scope: "row" }, row, words);
  for (const kind of ["mean", "sd", "median"]) {
    const cell = element("td", {}, row);
    if (Number.isFinite(belief[kind])) output(cell, `${kind}:${name}`, belief[kind], digits);
  }
  const both = element("td", {}, row);
  if (!Number.isFinite(belief.lower)) return;
  output(both, `lower:${name}`, belief.lower, digits);
  both.append(" to ");
  output(both, `upper:${name}`, belief.upper, digits);
}

/** The population of an analysis, and a new group, in words. */
function factsOf({ groups, population, newGroup }) {
  const counts = groups.kind === "counts";
  return [
    [counts ? "m, mean" : "mu, mean", "mu", population.mu],
    ["tau, between groups", "tau", population.tau],
    ["sigma, within groups", "sigma", population.sigma],
    ["kappa, concentration", "concentration", population.concentration],
    ["a new group", "new", newGroup],
  ].filter(([, , belief]) => belief);
}

export function createFacts(root) {
  const { box, watch } = createScroller(root, "the population and a new group");
  const table = watch(element("table", { class: "pw-facts" }, box));
  element("caption", {}, table, "The population, and a group that is not in the table");
  const head = element("tr", {}, element("thead", {}, table));
  element("td", {}, head);
  for (const words of ["mean", "sd", "median", "94 %"]) element("th", { scope: "col" }, head, words);
  const body = element("tbody", {}, table);
  return {
    clear: () => body.replaceChildren(),
    tell(analysis) {
      body.replaceChildren();
      for (const fact of factsOf(analysis)) {
        const [, , { sd, median }] = fact;
        createFact(body, fact, decimalsFor([sd ?? median / 10]));
      }
    },
  };
}

const COLUMNS = [
  ["group", "group"],
  ["n", "n"],
  ["own", "own"],
  ["estimate", "pooled"],
  ["sd", "sd"],
  ["lower", "94 %"],
  ["rank", "ranks, 94 %"],
  ["best", "best"],
];

/** Values by which each column is sorted. */
const keysOf = ({ groups, mean, sd, lower, ranks }) => ({
  group: null,
  n: groups.n,
  own: groups.mean,
  estimate: mean,
  sd,
  lower: lower ?? mean,
  rank: ranks?.lower ?? mean,
  best: ranks?.best ?? mean,
});

export function createTable(root) {
  const bar = element("div", { class: "pw-row" }, root);
  const find = element("label", {}, bar, "Find a group ");
  const wanted = element("input", { type: "search", class: "pw-find" }, find);
  const note = element("span", { class: "pw-note" }, bar);
  const { box, watch } = createScroller(root, COLUMNS.map(([, words]) => words).join(", "), { long: true });
  const table = watch(element("table", { class: "pw-groups" }, box));
  const head = element("tr", {}, element("thead", {}, table));
  const heads = COLUMNS.map(([name, words]) => {
    const th = element("th", { scope: "col" }, head);
    const button = element("button", { type: "button", "data-sort": name }, th, words);
    button.addEventListener("click", () => sort(name));
    return th;
  });
  const body = element("tbody", {}, table);
  let [shownNow, by, down] = [null, "estimate", true];

  function sort(name) {
    [by, down] = [name, by === name ? !down : name !== "group" && name !== "rank"];
    fill();
  }
  function orderOf(analysis) {
    const { names } = analysis.groups;
    const key = keysOf(analysis)[by];
    const sign = down ? -1 : 1;
    const compare = key
      ? (a, b) => (Number.isNaN(key[a]) ? 1 : Number.isNaN(key[b]) ? -1 : sign * (key[a] - key[b]))
      : (a, b) => sign * names[a].localeCompare(names[b], undefined, { numeric: true });
    return [...names.keys()].sort(compare);
  }
  function rowOf(j, { groups, mean, sd, lower, upper, ranks }, digits) {
    const name = groups.names[j];
    const row = element("tr");
    const cells = COLUMNS.map(([column]) =>
      element(column === "group" ? "th" : "td", column === "group" ? { scope: "row" } : {}, row),
    );
    cells[0].textContent = name;
    cells[1].textContent = groups.kind === "estimates" ? (groups.n[j] ? "1" : "0") : whole(groups.n[j]);
    cells[2].textContent = shown(groups.mean[j], digits);
    output(cells[3], `mean:theta[${name}]`, mean[j], digits);
    output(cells[4], `sd:theta[${name}]`, sd[j], digits);
    if (!ranks) return row;
    const two = (cell, kind, low, high, decimals) => {
      output(cell, `lower:${kind}[${name}]`, low, decimals);
      cell.append(" to ");
      output(cell, `upper:${kind}[${name}]`, high, decimals);
    };
    two(cells[5], "theta", lower[j], upper[j], digits);
    two(cells[6], "rank", ranks.lower[j], ranks.upper[j], 0);
    output(cells[7], `best:[${name}]`, ranks.best[j], 2);
    return row;
  }
  function fill() {
    const digits = decimalsFor(shownNow.sd);
    const text = wanted.value.trim().toLowerCase();
    const order = orderOf(shownNow).filter(
      (j) => !text || shownNow.groups.names[j].toLowerCase().includes(text),
    );
    body.replaceChildren(...order.slice(0, MOST).map((j) => rowOf(j, shownNow, digits)));
    heads.forEach((th, k) => {
      if (COLUMNS[k][0] === by) th.setAttribute("aria-sort", down ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
    note.textContent =
      order.length > MOST ? `${whole(MOST)} of ${whole(order.length)} are shown; the csv has all.` : "";
  }
  wanted.addEventListener("input", () => shownNow && fill());
  return {
    clear() {
      shownNow = null;
      body.replaceChildren();
    },
    tell(analysis) {
      shownNow = analysis;
      fill();
    },
  };
}
