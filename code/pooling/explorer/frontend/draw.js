// SVG in small pieces: nodes that are made once and then only updated, a scale, a curve, the marks.

export function element(tag, attributes = {}, parent = null, text = null) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== null) node.textContent = text;
  parent?.append(node);
  return node;
}

export function draw(tag, attributes = {}, parent = null) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  put(node, attributes);
  parent?.append(node);
  return node;
}

/** Write only the attributes that changed: an untouched node costs the browser nothing. */
export function put(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    const text = String(value);
    if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

const TEXT_NODE = 3;

/** Change the words of a node, not its children: a text taken out and another put in makes the page look for `:has`. */
export function write(node, text) {
  const only = node.firstChild;
  if (only?.nodeType === TEXT_NODE && !only.nextSibling) {
    if (only.data !== text) only.data = text;
  } else if (node.textContent !== text) node.replaceChildren(text);
}

/**
 * Of one kind, as many nodes as are told, each by its attributes and words: those that are there are changed, for a node
 * taken out and another put in costs the browser more.
 */
export function several(tag, attributes, parent) {
  const nodes = [];
  return (told) => {
    told.forEach(({ words, ...own }, k) => {
      nodes[k] ??= draw(tag, attributes, parent);
      put(nodes[k], own);
      if (words !== undefined) write(nodes[k], words);
    });
    for (const one of nodes.splice(told.length)) one.remove();
  };
}

/** About the width of a letter, in pixels. */
export const LETTER = 7.6;

/** To a tenth of a pixel: short paths. */
export const tenth = (x) => Math.round(x * 10) / 10;

const texts = new Array(10_000); // of tenths below 1000: curves ask for the same ones thousands of times
/** `tenth` as text. */
function written(x) {
  const k = Math.round(x * 10);
  if (!(k >= 0 && k < texts.length)) return String(k / 10);
  texts[k] ??= String(k / 10);
  return texts[k];
}

/** Minutes to pixels and back. */
export function linear([low, high], [left, right]) {
  const scale = (value) => tenth(left + ((value - low) / (high - low)) * (right - left));
  scale.invert = (x) => low + ((x - left) / (right - left)) * (high - low);
  scale.domain = [low, high];
  return scale;
}

/** The same for a scale of which each tenfold is as wide; what lies beyond its ends is drawn at them. */
export function logarithmic([low, high], range) {
  const inner = linear([Math.log10(low), Math.log10(high)], range);
  const scale = (value) => inner(Math.log10(Math.min(high, Math.max(low, value))));
  scale.domain = [low, high];
  scale.ticks = [0.01, 0.1, 1, 10, 100, 1000].filter((tick) => tick >= low && tick <= high);
  return scale;
}

/** A curve over a fixed grid: x is turned into text once a layout, y once a frame. */
export function curve(values, scale) {
  const [low, high] = scale.domain;
  const inside = [];
  for (let i = 0; i < values.length; i++) if (values[i] >= low && values[i] <= high) inside.push(i);
  if (inside.length < 2) return () => "";
  const xs = inside.map((i) => `L${scale(values[i])},`);
  const ends = [scale(values[inside[0]]), scale(values[inside.at(-1)])];
  return (heights, base, unit, closed) => {
    let path = closed ? `M${ends[0]},${base}` : "";
    for (let n = 0; n < inside.length; n++) path += xs[n] + written(base - unit * heights[inside[n]]);
    return closed ? `${path}L${ends[1]},${base}Z` : `M${path.slice(1)}`;
  };
}

/** The marks, drawn about (0, 0); each department keeps the shape it has in the course's figures. */
export const SHAPES = {
  GOVERNMENT: "M-8,0A8,8 0 1 1 8,0A8,8 0 1 1 -8,0Z",
  ENGLISH: "M-7,-7H7V7H-7Z",
  MATH: "M0,-9L8.5,7H-8.5Z",
  reference: "M0,-6.5L6.5,0L0,6.5L-6.5,0Z",
  head: "M0,0L-8,-4.5L-8,4.5Z",
};

/** A number as a reader sees it: no "-0.00". */
export function show(value, digits = 2) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

/** How many decimals a value on these steps is told with. */
export const decimals = (step) => (step < 0.1 ? 2 : step < 1 ? 1 : 0);

/** On the drawing a minus sign is a minus sign. */
export const label = (value, digits = 2) => show(value, digits).replace("-", "−");
