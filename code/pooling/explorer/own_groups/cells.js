// A reader's text becomes columns of cells: RFC 4180 quoting, tabs (Excel, Sheets), semicolons, commas or bars.
// An own reader of csv and not a library from npm: in JupyterLab and Binder the explorer comes from the installed package,
// where there is no npm, and this page wants little of a library: no stream, no types, no writing.

const MARKS = ["\t", ";", "|", ","];
const SAMPLE = 20; // rows that say which mark it is

/** How many columns the first rows would have, were `mark` between cells; quoted ones are whole. */
function widths(text, mark) {
  const { columns, rows } = split(text, mark, SAMPLE);
  return Array.from({ length: rows }, (_, r) => columns.filter((column) => column[r] !== undefined).length);
}

/** The mark by which most of the first rows are as wide as the first; "" where there is but one column. */
export function markOf(text) {
  const first = text.slice(0, 65536);
  let best = { mark: "", share: 0 };
  for (const mark of MARKS) {
    if (!first.includes(mark)) continue;
    const counts = widths(first, mark);
    const wide = Math.max(counts[0], counts[1] ?? 0);
    if (wide < 2) continue;
    const share = counts.filter((count) => count === wide).length / counts.length;
    if (share > best.share) best = { mark, share };
  }
  return best.mark;
}

/** The place of the next mark or end of a line, from a place on. */
function endOf(text, mark, start) {
  let stop = start;
  while (stop < text.length) {
    const one = text[stop];
    if (one === mark || one === "\n" || one === "\r") break;
    stop++;
  }
  return stop;
}

/** A cell that begins with a quote: { stop, cell, open }; what stands behind its closing quote, which should be nothing, is kept. */
function quotedAt(text, mark, start) {
  let [said, from] = ["", start + 1];
  for (;;) {
    const close = text.indexOf('"', from);
    if (close < 0) return { stop: text.length, cell: said + text.slice(from), open: true };
    said += text.slice(from, close);
    if (text[close + 1] !== '"') {
      const stop = endOf(text, mark, close + 1);
      return { stop, cell: said + text.slice(close + 1, stop).trim(), open: false };
    }
    said += '"';
    from = close + 2;
  }
}

function cellAt(text, mark, at) {
  if (text[at] === '"') return quotedAt(text, mark, at);
  const stop = endOf(text, mark, at);
  return { stop, cell: text.slice(at, stop), open: false };
}

/** Each cell of the row that begins at a place is taken; where the row ends. */
function rowAt(text, mark, start, take) {
  let at = start;
  for (let column = 0; ; column++) {
    const found = cellAt(text, mark, at);
    take(column, found);
    at = found.stop;
    if (at >= text.length || text[at] !== mark) break;
    at++;
  }
  return at + (text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1);
}

/**
 * Columns of cells, each a list of texts, undefined where a row is too short; rows without anything are left out.
 * A quote that is never closed ends with the text, which `open` tells.
 */
export function split(text, mark, most = Infinity) {
  const columns = [];
  let [at, row, open, something] = [text.charCodeAt(0) === 0xfeff ? 1 : 0, 0, false, false];
  const take = (column, found) => {
    if (column === columns.length) columns.push([]);
    columns[column][row] = found.cell;
    something ||= found.cell.trim() !== "";
    open ||= found.open;
  };
  while (at < text.length && row < most) {
    something = false;
    at = rowAt(text, mark, at, take);
    if (something) row++;
  }
  for (const one of columns) if (one.length > row) one.length = row; // of an empty row at the end
  return { columns: columns.filter((one) => one.length), rows: row, open };
}

/** Columns of a text whose mark is found, or given. */
export function readCells(text, mark = markOf(text)) {
  return { mark, ...split(text, mark) };
}
