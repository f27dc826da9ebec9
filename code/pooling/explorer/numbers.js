// The numbers of a posterior, as text: in tables, and spoken.
import { element, put, show, write } from "./draw.js";

const HEADINGS = {
  mean: ["posterior, minutes", "mean", "sd"],
  median: ["posterior, minutes", "median", "94 % HDI"],
};

/** A small table for each kind of summary; `numbers` are the kinds told of each parameter. */
export function createNumbers(place, numbers) {
  const outputs = new Map();
  place.replaceChildren();
  const output = (quantity, cell) =>
    outputs.set(quantity, element("output", { "data-quantity": quantity, "aria-live": "off" }, cell));
  for (const kind of ["mean", "median"]) {
    const names = Object.keys(numbers).filter((name) => numbers[name][0] === kind);
    if (!names.length) continue;
    const table = element("table", {}, place);
    const head = element("tr", {}, element("thead", {}, table));
    for (const heading of HEADINGS[kind]) element("th", { scope: "col" }, head, heading);
    const body = element("tbody", {}, table);
    for (const name of names) {
      const row = element("tr", {}, body);
      element("th", { scope: "row", class: "pe-code" }, row, name);
      output(`${kind}:${name}`, element("td", {}, row));
      const last = element("td", {}, row);
      if (kind === "mean") output(`sd:${name}`, last);
      else {
        output(`lower:${name}`, last);
        last.append(" to ");
        output(`upper:${name}`, last);
      }
    }
  }
  return {
    tell(number) {
      for (const [quantity, output] of outputs) {
        const value = number(quantity);
        put(output, { "data-value": show(value, 6) });
        write(output, show(value));
      }
    },
    /** The first number of each parameter, in one sentence. */
    sentence(number) {
      const parts = Object.entries(numbers).map(
        ([name, [kind]]) => `${kind} of ${name.replace(/[[\]_]/g, " ").trim()} ${show(number(`${kind}:${name}`), 1)}`,
      );
      return `${parts.join(", ")} minutes.`;
    },
  };
}
