// The numbers of a posterior, as text: in tables, and spoken.
import { element, put, show, write } from "./draw.js";

const MORE = { mean: ["sd"], median: ["94 % HDI"] };
const ROOM = 7; // letters for which there is room in the style sheet's box

/**
 * A small table for each kind of summary; `numbers` are the kinds told of each parameter, by name or as pairs
 * [name, kinds], the first of them that of its table. `unit` stands in the heads of the tables and is spoken, or
 * units[kind] is; `headings` has the head of a kind beside mean and median; `spoken`, the names that are spoken if
 * all would be too many; `called(name)`, what the picture calls it; `texts[name](value)`, a number as a reader
 * sees it where two decimals are wrong. A name such as "theta[{school}]" follows the setting in braces.
 */
export function createNumbers(
  place,
  numbers,
  { unit = "minutes", units = {}, headings = {}, spoken = null, called = (name) => name, texts = {} },
) {
  const told = Array.isArray(numbers) ? numbers : Object.entries(numbers);
  const outputs = new Map();
  const rows = new Map();
  const cells = []; // each with what had been there when a setting was pinned
  let now = {};
  const filled = (name) => name.replace(/\{(\w+)\}/g, (_, setting) => now[setting]);
  place.replaceChildren();
  const output = (quantity, cell) => outputs.set(quantity, element("output", { "aria-live": "off" }, cell));
  function remembering(cell, names) {
    cells.push([element("span", { class: "pe-was" }, cell), names]);
  }
  for (const kind of new Set(told.map(([, [first]]) => first))) {
    const table = element("table", {}, place);
    const head = element("tr", {}, element("thead", {}, table));
    const words = headings[kind] ?? [`posterior, ${unit}`, kind, ...MORE[kind]];
    for (const heading of words) element("th", { scope: "col" }, head, heading);
    const body = element("tbody", {}, table);
    for (const [name, [first, ...more]] of told) {
      if (first !== kind) continue;
      const row = element("tr", {}, body);
      rows.set(element("th", { scope: "row", class: "pe-code" }, row, name), name);
      const cell = element("td", {}, row);
      output(`${kind}:${name}`, cell);
      remembering(cell, [`${kind}:${name}`]);
      const last = more.length && element("td", {}, row);
      more.forEach((other, n) => {
        if (n) last.append(" to ");
        output(`${other}:${name}`, last);
      });
      const others = more.map((other) => `${other}:${name}`);
      if (last) remembering(last, others);
    }
  }
  return {
    tell(number, settings) {
      now = settings;
      for (const [cell, name] of rows) write(cell, called(filled(name)));
      for (const [name, output] of outputs) {
        const quantity = filled(name);
        const value = number(quantity);
        const text = (texts[quantity.split(":")[1]] ?? show)(value);
        const style = text.length > ROOM ? `inline-size: ${text.length}ch` : "";
        put(output, { "data-quantity": quantity, "data-value": show(value, 6), style });
        write(output, text);
      }
    },
    texts: () => Object.fromEntries([...outputs].map(([name, { value }]) => [filled(name), value])),
    /** Beside each number what it was, by quantity, or nothing. */
    compare(was) {
      for (const [place, names] of cells) {
        const texts = names.map((name) => was?.[filled(name)] ?? "");
        write(place, texts.every(Boolean) ? `pinned ${texts.join(" to ")}` : "");
      }
    },
    /** The first number of each parameter, in one sentence. */
    sentence(number) {
      let words = "";
      const said = told.filter(([name]) => spoken?.includes(name) ?? true);
      said.forEach(([name, [kind]], n) => {
        const [own, next] = [kind, said[n + 1]?.[1][0]].map((one) => units[one] ?? unit);
        const digits = own === unit ? 1 : 2;
        const quantity = `${kind}:${filled(name)}`;
        const text = texts[name]?.(number(quantity)) ?? show(number(quantity), digits);
        const heard = called(filled(name)).replace(/[[\]_]/g, " ");
        words += `${kind} of ${heard.trim()} ${text}`;
        if (n === said.length - 1) words += `${own && " "}${own}.`;
        else words += own === next ? ", " : `${own && " "}${own}; `;
      });
      return words;
    },
  };
}
