// A table becomes groups, with what was left out counted group by group: as pooling.own_groups.groups.
import { isNameless, marksOf, numbers } from "./numerals.js";
import { KINDS } from "./table.js";
import { general, quoted, repr, whole } from "./words.js";

const [MOST_TRIALS, WHOLE, MOST_GROUPS] = [1e9, 2 ** 53, 200_000];

/**
 * { kind, names, n, mean, ss, dropped, nameless, se, successes, columns }, all in the order in which groups appear.
 * `roles` has a column's name by use, `decimal` is "" to find the mark of each column.
 */
export function groupsOf(table, kind, roles, decimal = "") {
  const uses = ["group", ...KINDS[kind]];
  const columns = Object.fromEntries(uses.map((use) => [use, roles[use]]));
  const cells = {};
  for (const [use, name] of Object.entries(columns)) {
    const k = table.names.indexOf(name);
    if (k < 0) throw new RangeError(`${use} must be a column of the table: choose one`);
    cells[use] = table.columns[k];
  }
  const twice = uses.find((use, k) => uses.slice(0, k).some((other) => columns[other] === columns[use]));
  if (twice)
    throw new RangeError(
      `${twice} must be a column of its own, got ${repr(columns[twice])} twice: choose two columns`,
    );
  const { names, code, nameless } = labels(cells.group, table.rows);
  if (!names.length)
    throw new RangeError(
      `group must name a group in some row, got a column ${repr(columns.group)} without any name`,
    );
  if (names.length > MOST_GROUPS)
    throw new RangeError(
      `groups must be at most 200,000, got ${whole(names.length)}: is the column of groups one of rows?`,
    );
  const marks = marksOf(
    KINDS[kind].map((use) => cells[use]),
    decimal,
  );
  const x = {};
  KINDS[kind].forEach((use, k) => {
    x[use] = numbers(cells[use], table.rows, { argument: use, name: columns[use], decimal: marks[k] });
  });
  const about = { kind, names, nameless, columns };
  if (kind === "rows") return { ...about, ...summed(names, code, x.value) };
  const order = once(names, code, columns.group);
  const own = Object.fromEntries(Object.entries(x).map(([use, all]) => [use, order.map((row) => all[row])]));
  return { ...about, ...READ[kind](own, columns, names) };
}

function labels(cells, rows) {
  const places = new Map();
  const code = new Int32Array(rows).fill(-1);
  let nameless = 0;
  for (let row = 0; row < rows; row++) {
    const cell = cells[row];
    let place = places.get(cell);
    if (place === undefined) {
      if (isNameless(cell)) {
        nameless++;
        continue;
      }
      place = places.size;
      places.set(cell, place);
    }
    code[row] = place;
  }
  return { names: [...places.keys()], code, nameless };
}

/** Sizes, means and sums of squares of rows; differences first to one value, then to the group's mean. */
function summed(names, code, y) {
  const size = names.length;
  const [n, mean, ss, off, first] = Array.from({ length: 5 }, () => new Float64Array(size));
  const dropped = new Int32Array(size);
  const alike = new Uint8Array(size).fill(1);
  const middle = y.find((one) => !Number.isNaN(one)) ?? 0;
  const each = (visit) => {
    for (let row = 0; row < code.length; row++)
      if (code[row] >= 0 && !Number.isNaN(y[row])) visit(code[row], y[row]);
  };
  for (let row = 0; row < code.length; row++)
    if (code[row] >= 0 && Number.isNaN(y[row])) dropped[code[row]]++;
  each((j, one) => {
    if (!n[j]) first[j] = one;
    else if (one !== first[j]) alike[j] = 0;
    n[j]++;
    off[j] += one - middle;
  });
  for (let j = 0; j < size; j++) mean[j] = middle + off[j] / Math.max(n[j], 1);
  off.fill(0);
  each((j, one) => (off[j] += one - mean[j]));
  for (let j = 0; j < size; j++) mean[j] += off[j] / Math.max(n[j], 1);
  each((j, one) => (ss[j] += (one - mean[j]) ** 2));
  for (let j = 0; j < size; j++) {
    if (alike[j]) [mean[j], ss[j]] = [n[j] ? first[j] : Number.NaN, 0];
    else if (!(ss[j] > 0))
      throw new RangeError(
        `value must differ by more than 1e-150 where it differs, got group ${quoted(names[j])}: use a smaller unit`,
      );
  }
  return { n, mean, ss, dropped };
}

/** The row of each group, whose name stands once. */
function once(names, code, column) {
  const order = new Array(names.length);
  for (let row = 0; row < code.length; row++) {
    const j = code[row];
    if (j < 0) continue;
    if (order[j] !== undefined) {
      const rows = [...code.keys()].filter((one) => code[one] === j).slice(0, 5);
      throw new RangeError(
        `group must name each group once, got ${quoted(names[j])} in rows ${rows.map((one) => whole(one + 1)).join(", ")} of column ${repr(column)}: tell the groups apart by name, or choose "a row is one observation"`,
      );
    }
    order[j] = row;
  }
  return order;
}

const isWhole = (x, most) => Number.isNaN(x) || (x >= 0 && x <= most && Number.isInteger(x));

function refuse(use, { columns, names }, x, isBad, allowed, hint) {
  const j = x.findIndex(isBad);
  if (j >= 0)
    throw new RangeError(
      `${use} must be ${allowed}, got ${general(x[j], 10)} in column ${repr(columns[use])} for group ${quoted(names[j])}: ${hint}`,
    );
}

const arrays = (lists) =>
  Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, Float64Array.from(list)]));

const READ = {
  summary({ n, mean, sd }, columns, names) {
    const of = { columns, names };
    refuse("n", of, n, (x) => !isWhole(x, WHOLE), "whole and >= 0", "correct it");
    refuse("sd", of, sd, (x) => x < 0, ">= 0", "is it a variance, or a difference?");
    refuse(
      "sd",
      of,
      sd,
      (x, j) => n[j] === 1 && x > 0,
      "0 or missing where n is 1",
      "one observation has no sd; if it is a standard error, choose it as one",
    );
    const gone = n.map(
      (x, j) => Number.isNaN(x) || (x > 0 && Number.isNaN(mean[j])) || (x > 1 && Number.isNaN(sd[j])),
    );
    const count = n.map((x, j) => (gone[j] ? 0 : x));
    return {
      ...arrays({
        n: count,
        mean: mean.map((x, j) => (count[j] ? x : Number.NaN)),
        ss: count.map((x, j) => (x > 1 ? (x - 1) * sd[j] ** 2 : 0)),
      }),
      dropped: Int32Array.from(gone, Number),
    };
  },
  estimates({ estimate, se }, columns, names) {
    const hint =
      "what is known for certain needs no pooling; if the error is not known, leave the cell empty";
    refuse("se", { columns, names }, se, (x) => x <= 0, "> 0", hint);
    const gone = estimate.map((x, j) => Number.isNaN(x) || Number.isNaN(se[j]));
    const kept = (list) => list.map((x, j) => (gone[j] ? Number.NaN : x));
    return {
      ...arrays({
        n: gone.map((is) => (is ? 0 : 1)),
        mean: kept(estimate),
        ss: gone.map(() => 0),
        se: kept(se),
      }),
      dropped: Int32Array.from(gone, Number),
    };
  },
  counts({ successes, trials }, columns, names) {
    const of = { columns, names };
    const hint = "counts, not shares or percentages";
    const range = "whole and between 0 and 10⁹";
    refuse("trials", of, trials, (x) => !isWhole(x, MOST_TRIALS), range, hint);
    refuse("successes", of, successes, (x) => !isWhole(x, MOST_TRIALS), range, hint);
    refuse(
      "successes",
      of,
      successes,
      (x, j) => x > trials[j],
      "at most the trials",
      "are the two columns exchanged?",
    );
    const gone = trials.map((x, j) => Number.isNaN(x) || Number.isNaN(successes[j]));
    const [s, n] = [successes, trials].map((list) => list.map((x, j) => (gone[j] ? 0 : x)));
    const share = s.map((x, j) => (n[j] ? x / n[j] : Number.NaN));
    return {
      ...arrays({ n, mean: share, ss: s.map((x, j) => (n[j] ? x * (1 - share[j]) : 0)), successes: s }),
      dropped: Int32Array.from(gone, Number),
    };
  },
};
