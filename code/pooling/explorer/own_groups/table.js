// A text becomes a table: is its first row names, which columns are numbers, and what are they likely to be?
import { readCells } from "./cells.js";
import { isMissing, isNumeral } from "./numerals.js";

const LOOKED = 200; // rows of which a column's kind is told
const MOST = 200; // columns that are offered
const MOST_ROWS = 5_000_000;

/** What each kind of table needs beside its groups. */
export const KINDS = {
  rows: ["value"],
  estimates: ["estimate", "se"],
  summary: ["n", "mean", "sd"],
  counts: ["successes", "trials"],
};

const NAMED = {
  group:
    /^(group|name|branch|school|county|player|team|shop|store|site|region|department|hospital|id|filiale|gruppe)s?$/,
  value: /^(value|score|y|outcome|result|response|measurement|log_radon|wert)$/,
  se: /^(se|std_?err(or)?|standard_error|error|stderr)$/,
  estimate: /^(estimate|effect|est|coef(ficient)?|beta|y|difference)$/,
  n: /^(n|count|size|rows|number|students)$/,
  mean: /^(mean|average|avg|mittelwert)$/,
  sd: /^(sd|std|st_?dev|standard_deviation)$/,
  successes: /^(successes|success|hits|wins|conversions|events|yes|passed|positives)$/,
  trials: /^(trials|at_?bats|attempts|total|visits|n|tries)$/,
};
const plain = (name) =>
  name
    .trim()
    .toLowerCase()
    .replace(/\./g, "")
    .replace(/[\s-]+/g, "_");

/** Whether a column's cells below its first are numbers, as far as they are looked at, and some are. */
function isNumeric(cells, from) {
  let some = false;
  for (let row = from; row < Math.min(cells.length, from + LOOKED); row++) {
    if (isMissing(cells[row])) continue;
    if (!isNumeral(cells[row])) return false;
    some = true;
  }
  return some;
}

/** Names stand above numbers: no cell of the first row is a number, and some column is one below it. */
function hasNames(columns, rows) {
  if (columns.some(([first]) => first !== undefined && isNumeral(first))) return false;
  const words = rows < 2 || columns.every(([first]) => !isMissing(first));
  return words || columns.some((cells) => isNumeric(cells, 1));
}

/** Names of the columns, each its own: "score", "score (2)", "column 3". */
function namesOf(columns, header) {
  const times = new Map();
  return columns.map(([first], k) => {
    const said = header && !isMissing(first) ? first.trim() : `column ${k + 1}`;
    const before = times.get(said) ?? 0;
    times.set(said, before + 1);
    return before ? `${said} (${before + 1})` : said;
  });
}

/**
 * { names, columns, rows, header, mark, wide }: columns of cells without the names' row. `header` is "auto", "yes" or
 * "no"; `wide` tells how many columns there are, of which so many are read.
 */
export function readTable(text, header = "auto") {
  if (!text.trim())
    throw new RangeError("the table must have at least one row, got nothing: paste one, or choose a file");
  const { mark, columns: all, rows: lines, open } = readCells(text);
  if (open)
    throw new RangeError(
      'a quoted cell must end with ", got a quote that is never closed: look for a single " in the text',
    );
  const wide = all.length;
  const columns = all.slice(0, MOST);
  const named = header === "auto" ? hasNames(columns, lines) : header === "yes";
  const rows = lines - named;
  if (rows < 1)
    throw new RangeError(
      "the table must have at least one row, got names of columns only: was all of it copied?",
    );
  if (rows > MOST_ROWS)
    throw new RangeError(
      `the table must have at most 5,000,000 rows here, got ${rows}: sum it by group first, as the SQL below does`,
    );
  const names = namesOf(columns, named);
  return {
    names,
    columns: named ? columns.map((one) => one.slice(1)) : columns,
    rows,
    header: named,
    mark,
    wide,
  };
}

/** The kind that finds a column of its own for each of its uses; else rows. */
function kindOf(roles) {
  const has = (uses) =>
    uses.every((use) => roles[use]) && new Set(uses.map((use) => roles[use])).size === uses.length;
  return ["summary", "estimates", "counts"].find((kind) => has(KINDS[kind])) ?? "rows";
}

/** What the columns are likely to be: { kind, roles }, where roles have a column's name by use, or "". */
export function guessed({ names, columns }) {
  const numeric = names.filter((_, k) => isNumeric(columns[k], 0));
  const words = names.filter((name) => !numeric.includes(name));
  const find = (use, among) => among.find((name) => NAMED[use].test(plain(name))) ?? "";
  const group = find("group", words) || words[0] || find("group", names) || names[0];
  const left = numeric.filter((name) => name !== group);
  const all = { group };
  for (const use of Object.values(KINDS).flat()) all[use] = find(use, left);
  if (all.se) all.estimate ||= left.find((name) => name !== all.se) ?? "";
  all.value ||= left.at(-1) ?? names.find((name) => name !== group) ?? "";
  const kind = kindOf(all);
  const mine = ["group", ...KINDS[kind]];
  return {
    kind,
    roles: Object.fromEntries(
      Object.entries(all).map(([use, name]) => [use, mine.includes(use) ? name : ""]),
    ),
  };
}
