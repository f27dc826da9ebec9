// Cells become numbers, or are refused by row: points and commas, thousands, what stands for a missing value.
import { repr, whole } from "./words.js";

const MISSING = new Set(
  "|#N/A|#N/A N/A|#NA|<NA>|N/A|NA|NULL|NaN|None|n/a|nan|null|NaT|-NaN|-nan".split("|"), // pandas' and
);
const DASHES = new Set(["-", "–", "—", "."]);
const PLAIN = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const THREE = /^[+-]?[1-9]\d{0,2}([.,])\d{3}$/;
const ENDLESS = /^[+-]?(inf|infinity|∞)$/i;
const [LARGEST, SMALLEST] = [1e150, 1e-150]; // beyond these, squares leave the range of float64

export const isMissing = (cell) => cell === undefined || cell.trim() === "" || MISSING.has(cell.trim());
/** A name is taken as it stands: blanks around a word make another word. */
export const isNameless = (cell) => cell === undefined || cell.trim() === "" || MISSING.has(cell);
const isGone = (cell) => isMissing(cell) || DASHES.has(cell.trim());

/** A cell without blanks between its digits, and with a plain minus. */
const tidy = (cell) =>
  cell
    .trim()
    .replace(/^[−‒–]/, "-")
    .replace(/(?<=\d)[ \u00a0\u202f\u2009'’](?=\d{3}(\D|$))/g, "");

/** With groups of thousands and a decimal mark of which the one is a point and the other a comma. */
function grouped(text, decimal) {
  const [point, comma] = decimal === "." ? ["\\.", ","] : [",", "\\."];
  const pattern = `^[+-]?(\\d{1,3}(${comma}\\d{3})+|\\d*)(${point}\\d*)?([eE][+-]?\\d+)?$`;
  if (!new RegExp(pattern).test(text) || !/\d/.test(text)) return Number.NaN;
  const bare = text.replaceAll(decimal === "." ? "," : ".", "");
  return Number(decimal === "." ? bare : bare.replace(",", "."));
}

/** The decimal mark that a cell alone gives away: ".", ",", or neither. */
function betrayed(text) {
  const marks = text.replace(/[^.,]/g, "");
  if (!marks || (marks.length === 1 && THREE.test(text))) return "";
  const [last, first] = [marks.at(-1), marks[0]];
  if (first !== last || marks.length === 1) return last;
  return first === "." ? "," : "."; // 1.234.567
}

/** Whether a cell is a number, in any writing. */
export const isNumeral = (cell) => {
  const text = tidy(cell);
  return (
    PLAIN.test(text) || ENDLESS.test(text) || [".", ","].some((one) => !Number.isNaN(grouped(text, one)))
  );
};

/** The decimal mark of a column: what its cells give away, "." if there is no comma; "?" if they do not say. */
export function decimalOf(cells) {
  let [comma, three] = [false, false];
  const found = new Set();
  for (const cell of cells) {
    if (cell === undefined || !(cell.includes(",") || cell.includes("."))) continue;
    const text = tidy(cell);
    if (DASHES.has(text)) continue;
    comma ||= text.includes(",");
    three ||= THREE.test(text);
    const mark = betrayed(text);
    if (mark) found.add(mark);
  }
  if (found.size === 2) return "?"; // the cell that does not fit is refused
  if (found.size) return [...found][0];
  return comma && three ? "?" : ".";
}

/** The decimal mark of each column: where another has a comma, 1.234 may be thousands. */
export function marksOf(columns, decimal) {
  if (decimal) return columns.map(() => decimal);
  const found = columns.map(decimalOf);
  const three = (cell) => !cell?.includes(".") || /^\s*[+-]?[1-9]\d{0,2}\.\d{3}\s*$/.test(cell);
  const unsure = (cells) => cells.some((cell) => cell?.includes(".")) && cells.every(three);
  return found.map((mark, k) => (mark === "." && found.includes(",") && unsure(columns[k]) ? "?" : mark));
}

/**
 * A column as numbers, NaN where nothing is there. `argument` is what it is used for, `name` its own; `decimal` is its
 * mark, or "" to find it. Rows are counted from 1, the names of the columns not counted.
 */
export function numbers(cells, rows, { argument, name, decimal = "" }) {
  const at = (row) => `column ${repr(name)}, row ${whole(row + 1)}`;
  const mark = decimal || decimalOf(cells);
  const x = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const cell = cells[row];
    if (isGone(cell)) x[row] = Number.NaN;
    else if (mark === "." && PLAIN.test(cell)) x[row] = Number(cell);
    else
      x[row] = numeral(
        tidy(cell),
        mark,
        () => `${argument} must be numbers, got ${short(cell)} in ${at(row)}`,
      );
    const size = Math.abs(x[row]);
    if (size > LARGEST || (size !== 0 && size < SMALLEST)) refuse(x[row], argument, at(row));
  }
  return x;
}

function numeral(text, mark, whose) {
  if (ENDLESS.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  const [point, comma] = [".", ","].map((one) => grouped(text, one));
  if (mark === "?" && point !== comma && /[.,]/.test(text) && !Number.isNaN(point + comma))
    throw new RangeError(`${whose()}: a decimal mark, or thousands? Choose the decimal mark below the table`);
  const value = mark === "," ? comma : mark === "." ? point : Number.isNaN(point) ? comma : point;
  if (Number.isNaN(value))
    throw new RangeError(`${whose()}: correct the cell, leave it empty, or choose another column`);
  return value;
}

function refuse(value, argument, where) {
  if (Number.isFinite(value))
    throw new RangeError(
      `${argument} must be 0 or in size between 1e-150 and 1e+150, got ${value} in ${where}: correct it, or give the column in another unit`,
    );
  throw new RangeError(
    `${argument} must be finite, got ${value} in ${where}: correct it, or leave the cell empty`,
  );
}

function short(cell) {
  const text = repr(cell);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
