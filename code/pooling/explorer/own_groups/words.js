// Numbers and names in the words that warnings have, as Python writes them.

const NAMED = 5;

const bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** As Python's format "g" has it. */
export function general(value, digits = 4) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return "0";
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < digits) return bare(value.toFixed(digits - 1 - exponent));
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${bare(mantissa)}e${exponent < 0 ? "-" : "+"}${size}`;
}

/** A whole number with commas. */
export const whole = (value) => value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");

export const rowsOf = (n) => `${whole(n)} row${n === 1 ? "" : "s"}`;

/** A text as Python's repr has it. */
export function repr(text) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escapes = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", [mark]: `\\${mark}` };
  const inner = Array.from(text, (one) => {
    if (escapes[one]) return escapes[one];
    const code = one.codePointAt(0);
    return code < 32 || (code > 126 && code < 161) ? `\\x${code.toString(16).padStart(2, "0")}` : one;
  });
  return mark + inner.join("") + mark;
}

/** A name as it is told, cut if it is long. */
export function quoted(name) {
  const text = repr(String(name));
  const letters = Array.from(text);
  return letters.length <= 40 ? text : `${letters.slice(0, 36).join("")}...'`;
}

/** The first few, and how many more there are. */
export function some(each) {
  const more = each.length - NAMED;
  return each.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${whole(more)} more` : "");
}

/** A prior as it is written; a number as the value that is taken as known. */
export function told(prior) {
  if (typeof prior === "number") return `${general(prior)} (taken as known)`;
  const [name, values] = called(prior);
  return `${name}(${values.map((one) => general(one)).join(", ")})`;
}

/** A prior's name in Python, and its arguments. */
export function called(prior) {
  if ("loc" in prior) return ["Normal", [prior.loc, prior.scale]];
  if ("a" in prior) return ["Beta", [prior.a, prior.b]];
  if ("minimum" in prior) return ["Pareto", [prior.minimum, prior.alpha]];
  return [prior.family, [prior.family === "Exponential" ? 1 / prior.size : prior.size]];
}
