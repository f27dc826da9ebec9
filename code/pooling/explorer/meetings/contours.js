// Contours of a square table of values, by marching squares: numbers only, no DOM.
// Points are [x, y] in steps of the table, whose values are in the order [x][y].

const OUTSIDE = -Infinity;

/** Where the contour crosses the edge between two neighbours; beyond the table's rim it runs along the rim. */
function crossing(a, b, level) {
  if (a.value === OUTSIDE) return [b.x, b.y];
  if (b.value === OUTSIDE) return [a.x, a.y];
  const share = (level - a.value) / (b.value - a.value);
  return [a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)];
}

/** The edges of a cell, by their ends' places in `corners`. */
const EDGES = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 0],
];

/** Pairs of edges that the contour joins within the cell of four corners, in the order round the cell. */
function joins(corners, level) {
  const high = corners.map(({ value }) => value >= level);
  const crossed = EDGES.flatMap(([a, b], n) => (high[a] === high[b] ? [] : [n]));
  if (crossed.length < 4) return crossed.length ? [crossed] : [];
  const middle = corners.reduce((sum, { value }) => sum + value / 4, 0) >= level;
  return middle === high[0]
    ? [
        [0, 1],
        [2, 3],
      ]
    : [
        [3, 0],
        [1, 2],
      ]; // a saddle: cut off the corners unlike the middle
}

function trace(size, corner, level) {
  const links = new Map(); // an edge's name: the edges it is joined to
  const places = new Map();
  const link = (a, b) => links.set(a, [...(links.get(a) ?? []), b]);
  for (let i = 0; i + 1 < size; i++)
    for (let j = 0; j + 1 < size; j++) {
      const steps = [
        [i, j],
        [i + 1, j],
        [i + 1, j + 1],
        [i, j + 1],
      ];
      const corners = steps.map(([x, y]) => corner(x, y));
      const name = (n) =>
        EDGES[n]
          .map((end) => steps[end][0] * size + steps[end][1])
          .sort((a, b) => a - b)
          .join();
      for (const ends of joins(corners, level)) {
        const [a, b] = ends.map((n) => {
          places.set(name(n), crossing(corners[EDGES[n][0]], corners[EDGES[n][1]], level));
          return name(n);
        });
        link(a, b);
        link(b, a);
      }
    }
  const lines = [];
  const walk = (start) => {
    const line = [];
    for (let at = start; at !== undefined; ) {
      const next = links.get(at)?.find((edge) => links.has(edge));
      line.push(places.get(at));
      links.delete(at);
      at = next;
    }
    lines.push(line);
  };
  for (const [edge, joined] of [...links]) if (joined.length === 1 && links.has(edge)) walk(edge); // from the rim
  for (const edge of [...links.keys()]) if (links.has(edge)) walk(edge); // rings
  return lines;
}

/** The lines on which a table of size × size has the value `level`. */
export function contours(values, size, level) {
  return trace(size, (x, y) => ({ x, y, value: values[x * size + y] }), level);
}

/** The outlines, closed, of where it is at least `level`: even-odd filling gives the region. */
export function region(values, size, level) {
  const inside = (n) => Math.min(size - 1, Math.max(0, n - 1));
  const corner = (i, j) => {
    const [x, y] = [inside(i), inside(j)];
    return { x, y, value: x === i - 1 && y === j - 1 ? values[x * size + y] : OUTSIDE };
  };
  return trace(size + 2, corner, level);
}

/** Round levels between the least and the greatest value, eight at most, and the decimals they need. */
export function levels(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step =
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10].find((size) => (high - low) / size <= 8) ?? high - low;
  const at = [];
  if (high - low > 0.01) for (let n = Math.floor(low / step) + 1; n * step < high; n++) at.push(n * step);
  return { at, digits: step < 0.1 ? 2 : step < 1 ? 1 : 0 };
}
