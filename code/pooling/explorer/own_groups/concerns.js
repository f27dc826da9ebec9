// What to look at before a table of groups is used, in words: as pooling.own_groups.concerns, sentence by sentence.
import { median } from "./chosen.js";
import { outliers } from "./outliers.js";
import { tailsOfF } from "./tails.js";
import { general, quoted, repr, rowsOf, some, told, whole } from "./words.js";

const [MOVED, FEW, UNEQUAL] = [0.1, 5, 1e-3];
const sum = (list) => list.reduce((a, b) => a + b, 0);
const where = (list, is) => [...list.keys()].filter((j) => is(list[j], j));
const isPrior = (prior) => typeof prior === "object";

/** Before anything else has been computed. */
export function concernsOfData(groups, priors) {
  return [...leftOut(groups), ...names(groups), ...thin(groups, priors), ...spread(groups)];
}

/** With what the priors do and, of each group, an interval of ranks. */
export const concernsOfAnswer = (groups, priors, moved, ranks) => [
  ...outliers(groups, priors),
  ...few(groups, priors),
  ...priorThatMatters(moved),
  ...unranked(ranks),
];

function leftOut({ kind, names: all, n, dropped, nameless, columns }) {
  const said = [];
  if (nameless) said.push(`${rowsOf(nameless)} without a name in column ${repr(columns.group)} left out.`);
  const at = where(dropped, (one) => one > 0);
  if (!at.length) return said;
  if (kind === "rows") {
    const each = at.map((j) => `${quoted(all[j])} ${whole(dropped[j])} of ${whole(n[j] + dropped[j])}`);
    return [...said, `Rows without a value in column ${repr(columns.value)} left out: ${some(each)}.`];
  }
  const each = some(at.map((j) => quoted(all[j])));
  return [
    ...said,
    `Without data, as a cell of theirs is missing: ${each}. What the table has of them is not used.`,
  ];
}

function names({ names: all }) {
  const alike = new Map();
  all.forEach((name, j) => {
    const key = name.trim().split(/\s+/).join(" ").toLowerCase();
    alike.set(key, [...(alike.get(key) ?? []), j]);
  });
  const pairs = [...alike.values()].filter((same) => same.length > 1);
  const each = pairs.map((same) => same.map((j) => quoted(all[j])).join(" and "));
  return each.length
    ? [`Names that differ by blanks or capitals only, and are groups of their own: ${some(each)}.`]
    : [];
}

function thin({ kind, names: all, n }, priors) {
  const said = [];
  const none = where(n, (one) => one === 0);
  if (none.length) {
    const each = some(none.map((j) => quoted(all[j])));
    said.push(`No data: ${each}; predicted from the others, as a new group is.`);
  }
  if (kind !== "rows" && kind !== "summary") return said;
  const one = where(n, (rows) => rows === 1);
  const there = all.length - none.length;
  if (one.length === there && isPrior(priors.sigma))
    said.push(
      "Every group has one row: what is between groups and what is within them cannot be told apart, and the priors decide. Give sigma, or choose estimates if there are standard errors.",
    );
  else if (one.length && one.length < there) {
    const each = some(one.map((j) => quoted(all[j])));
    said.push(`One row only: ${each}; how much a row varies is taken from the others.`);
  }
  return said;
}

function spread({ kind, names: all, n, mean, ss }) {
  if (kind !== "rows" && kind !== "summary") return [];
  const flat = where(n, (rows, j) => rows > 1 && ss[j] === 0);
  const each = flat.map((j) => `${quoted(all[j])} (${whole(n[j])} rows of ${general(mean[j], 6)})`);
  const said = each.length
    ? [`No spread, all rows alike: ${some(each)}; copied, or a code for missing?`]
    : [];
  if (kind === "rows" && isBinary(n, mean, ss))
    return [
      ...said,
      "All values are 0 or 1: a normal distribution does not fit them, counts of successes do.",
    ];
  return [...said, ...unequal(all, n, ss)];
}

/** Each group against the pooled variance of the others, by the F distribution. */
function unequal(all, n, ss) {
  const at = where(n, (rows, j) => rows > 1 && ss[j] > 0);
  if (at.length < 2) return [];
  const [squares, free] = [sum(ss), sum(n.map((rows) => Math.max(rows - 1, 0)))];
  const tail = at.map((j) => {
    const [others, rest, own] = [squares - ss[j], free - (n[j] - 1), n[j] - 1];
    const tails = rest > 0 ? tailsOfF(own, rest, ss[j] / own / (others / rest)) : [1, 1];
    return { j, tail: Math.min(...tails) };
  });
  const odd = tail.filter((one) => one.tail < UNEQUAL / at.length / 2).sort((a, b) => a.tail - b.tail);
  if (!odd.length) return [];
  const each = odd.map(({ j }) => `${quoted(all[j])} (sd ${general(Math.sqrt(ss[j] / (n[j] - 1)), 3)})`);
  const pooled = general(Math.sqrt(squares / free), 3);
  return [
    `Spread within unlike that of the other groups, of all ${pooled}: ${some(each)}. One sigma for all does not fit; look for a wrong value or another unit there.`,
  ];
}

/** Whether every row is 0 or 1: then the sum of squares is that of counts, and means are shares. */
function isBinary(n, mean, ss) {
  const there = where(n, (rows) => rows > 0);
  if (there.some((j) => !(mean[j] >= 0 && mean[j] <= 1)) || sum(n) < 2 * there.length) return false;
  const ones = there.map((j) => Math.round(n[j] * mean[j]));
  const fits = there.every((j, k) => {
    const close = 1e-9 * n[j];
    const squares = ones[k] * (1 - ones[k] / n[j]);
    return Math.abs(n[j] * mean[j] - ones[k]) < close && Math.abs(ss[j] - squares) < close;
  });
  return fits && ones.some((one) => one > 0);
}

function few({ kind, n }, priors) {
  const there = where(n, (rows) => rows > 0).length;
  if (there >= FEW || !isPrior(priors.tau)) return [];
  const what = kind === "counts" ? "concentration" : "tau";
  return [
    `Few groups, ${there} with data: they say little of how groups differ, and the prior of ${what} (${told(priors.tau)}) has much to say.`,
  ];
}

function priorThatMatters(moved) {
  return [...new Set(moved.map((one) => one.prior))].flatMap((name) => {
    const mine = moved.filter((one) => one.prior === name && one.moved > MOVED);
    if (!mine.length) return [];
    const most = mine.reduce((a, b) => (b.moved > a.moved ? b : a));
    const how = most.factor > 1 ? "twice as wide" : "half as wide";
    return [
      `The prior of ${name} matters: ${how}, ${most.changed}, it moves an estimate or its sd (of ${quoted(most.group)}) by ${most.moved.toFixed(2)} posterior sds. Choose it from what is known.`,
    ];
  });
}

function unranked({ lower, upper }) {
  const size = lower.length;
  const wide = median(Array.from(upper, (one, j) => one - lower[j] + 1));
  if (size < 2 || wide <= size / 2) return [];
  return [
    `Ranks are not known: of ${whole(size)} places the typical interval of ranks holds ${general(wide, 6)}. Do not publish an order.`,
  ];
}
