// Where a table comes in: pasted, dropped, chosen as a file, or one of the examples; and what its columns are used for.
import { element } from "../frontend/draw.js";
import { KINDS } from "./table.js";

const LARGE = 200_000; // letters that a box for text still holds with ease
const [SHOWN, QUICK] = [4000, 20_000]; // letters of such a text; what is read at each key
const BIGGEST = 500e6; // bytes
const WORDS = {
  rows: "a row is one observation",
  estimates: "a row is an estimate of a group",
  summary: "a row sums a group up",
  counts: "a row counts successes of a group",
};
const CALLED = { se: "standard error", n: "how many", sd: "sd" };

/** `given({ text } | { bytes, file })` hears of a table; returns what else writes into the box. */
export function createBox(root, { examples, given, pick }) {
  const tries = element("div", { class: "pe-presets", role: "group", "aria-label": "Examples" }, root);
  element("span", { "aria-hidden": "true" }, tries, "Examples:");
  const buttons = examples.map(({ name, label }) => {
    const button = element(
      "button",
      { type: "button", "data-preset": name, "aria-pressed": "false" },
      tries,
      label,
    );
    button.addEventListener("click", () => pick(name));
    return button;
  });
  const pressed = (name) =>
    buttons.forEach((one) => one.setAttribute("aria-pressed", one.dataset.preset === name));

  const zone = element("div", { class: "pw-zone" }, root);
  const label = element("label", { class: "pw-label" }, zone, "Your table: paste it here, or drop a file");
  const area = element(
    "textarea",
    { "data-control": "table", rows: "6", spellcheck: "false", autocomplete: "off", wrap: "off" },
    label,
  );
  const row = element("div", { class: "pw-row" }, zone);
  const choose = element("label", { class: "pw-file" }, row, "or choose a file ");
  const file = element(
    "input",
    { type: "file", accept: ".csv,.tsv,.tab,.txt,text/*", "data-control": "file" },
    choose,
  );
  const clear = element("button", { type: "button", class: "pw-button" }, row, "Clear");
  const note = element("span", { class: "pw-note" }, row);

  function show(text, size = text.length) {
    area.readOnly = size > LARGE;
    area.value = size > LARGE ? `${text.slice(0, SHOWN)}\n…` : text;
    note.textContent = size > LARGE ? "Only the beginning is shown; all of it is used." : "";
  }
  function take(text) {
    pressed("");
    given({ text });
  }
  let timer = 0;
  area.addEventListener("input", () => {
    clearTimeout(timer);
    if (area.value.length < QUICK) take(area.value);
    else timer = setTimeout(() => take(area.value), 300);
  });
  area.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text.length <= LARGE) return; // into the box, as ever
    event.preventDefault();
    show(text);
    take(text);
  });
  clear.addEventListener("click", () => {
    show("");
    take("");
    area.focus();
  });
  async function read(one) {
    pressed("");
    if (one.size > BIGGEST)
      return given({
        text: "",
        refused: "the file must be at most 500 MB here: sum it by group first, as the SQL below does",
      });
    const bytes = await one.arrayBuffer();
    given({ bytes, file: one.name });
  }
  file.addEventListener("change", () => {
    if (file.files[0]) read(file.files[0]);
    file.value = ""; // so that the same file can be chosen again
  });
  for (const kind of ["dragenter", "dragover"])
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("pw-over");
    });
  zone.addEventListener(
    "dragleave",
    (event) => zone.contains(event.relatedTarget) || zone.classList.remove("pw-over"),
  );
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("pw-over");
    const [dropped] = event.dataTransfer.files;
    if (dropped) return read(dropped);
    const text = event.dataTransfer.getData("text/plain");
    show(text);
    take(text);
  });
  return { show, pressed };
}

const select = (parent, name, words) => {
  const label = element("label", {}, parent, `${words} `);
  return element("select", { "data-control": name }, label);
};
const option = (parent, value, words = value) => element("option", { value }, parent, words);

/** Selects of columns by use; `changed({ kind, roles, header, decimal })` hears of each. */
export function createColumns(root, changed) {
  const box = element("div", { class: "pw-columns" }, root);
  const first = element("div", { class: "pw-row" }, box);
  const selects = { group: select(first, "column:group", "group") };
  const header = select(first, "header", "first row");
  for (const [value, words] of [
    ["auto", "as it looks"],
    ["yes", "is names"],
    ["no", "is data"],
  ])
    option(header, value, words);
  const decimal = select(first, "decimal", "decimal mark");
  for (const [value, words] of [
    ["", "as it looks"],
    [".", "point"],
    [",", "comma"],
  ])
    option(decimal, value, words);
  const kinds = element("div", { class: "pw-kinds" }, box);
  const sets = {};
  for (const [kind, uses] of Object.entries(KINDS)) {
    sets[kind] = element("fieldset", { "data-kind": kind }, kinds);
    element("legend", {}, sets[kind], WORDS[kind]);
    for (const use of uses) selects[use] = select(sets[kind], `column:${use}`, CALLED[use] ?? use);
  }
  const chosen = element("p", { class: "pw-note" }, box);
  let kind = "rows";

  function mark() {
    for (const [name, set] of Object.entries(sets)) set.classList.toggle("pw-on", name === kind);
    chosen.textContent = `Read like this: ${WORDS[kind]}.`;
  }
  const now = () => ({
    kind,
    roles: Object.fromEntries(Object.entries(selects).map(([use, one]) => [use, one.value])),
    header: header.value,
    decimal: decimal.value,
  });
  for (const [use, one] of Object.entries(selects))
    one.addEventListener("change", () => {
      const own = Object.keys(KINDS).find((name) => KINDS[name].includes(use));
      if (own && one.value) kind = own;
      mark();
      changed(now());
    });
  decimal.addEventListener("change", () => changed(now()));
  header.addEventListener("change", () => changed({ header: header.value, decimal: decimal.value }));
  return {
    now,
    /** A new table is read as it looks. */
    reset() {
      header.value = "auto";
      decimal.value = "";
    },
    /** What the table's columns are called, and what they are taken for. */
    fill({ names, kind: taken, roles }) {
      kind = taken;
      for (const [use, one] of Object.entries(selects)) {
        one.replaceChildren();
        if (use !== "group") option(one, "", "–");
        for (const name of names) option(one, name);
        one.value = roles[use] ?? "";
      }
      mark();
    },
  };
}
