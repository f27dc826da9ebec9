// What the reader takes away: table, picture, paragraph, programs; made here, saved by the browser.
import { element } from "../frontend/draw.js";
import { programsOf } from "./programs.js";
import { csvOf, methods } from "./report.js";

const STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "font-family",
  "font-size",
  "font-weight",
  "opacity",
];
const SCALE = 2; // pixels of the png to one of the page

function save(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
const saveText = (name, text, type = "text/plain") =>
  save(name, new Blob([text], { type: `${type};charset=utf-8` }));

/** The drawing by itself: what the page's style sheet says of it is written into it. */
function standalone(svg) {
  const copy = svg.cloneNode(true);
  const [from, to] = [svg, copy].map((root) => [root, ...root.querySelectorAll("*")]);
  from.forEach((node, k) => {
    const style = getComputedStyle(node);
    for (const name of STYLES) to[k].setAttribute(name, style.getPropertyValue(name));
  });
  const paper = getComputedStyle(svg).getPropertyValue("--pe-paper");
  const probe = element("span", { style: `color:${paper}` }, svg.parentNode);
  const ground = document.createElementNS(svg.namespaceURI, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(probe).color);
  probe.remove();
  copy.prepend(ground);
  copy.setAttribute("xmlns", svg.namespaceURI);
  return new XMLSerializer().serializeToString(copy);
}

function savePng(svg) {
  const [width, height] = ["width", "height"].map((name) => Number(svg.getAttribute(name)));
  const picture = new Image();
  picture.onload = () => {
    const canvas = element("canvas", { width: SCALE * width, height: SCALE * height });
    canvas.getContext("2d").drawImage(picture, 0, 0, SCALE * width, SCALE * height);
    canvas.toBlob((blob) => save("groups.png", blob));
  };
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(svg))}`;
}

/** `svg` is the drawing; `tell(analysis, source)` makes all of it ready, `tell(null)` takes it away. */
export function createTakeAway(root, { svg, templates }) {
  const bar = element("div", { class: "pw-row" }, root);
  const paragraph = element("p", { class: "pw-methods" }, root);
  const listing = element("div", {}, root);
  let [analysis, programs] = [null, {}];
  const actions = {
    "Table (csv)": () => saveText("groups.csv", csvOf(analysis), "text/csv"),
    "Picture (svg)": () => saveText("groups.svg", standalone(svg), "image/svg+xml"),
    "Picture (png)": () => savePng(svg),
    "Methods (text)": () => saveText("methods.txt", `${methods(analysis)}\n`),
    "Python (exact)": () => saveText("groups.py", programs.python),
    "Python (PyMC)": () => saveText("groups_pymc.py", programs.pymc),
  };
  const buttons = Object.entries(actions).map(([words, act]) => {
    const button = element("button", { type: "button", class: "pw-button", "data-save": words }, bar, words);
    button.addEventListener("click", () => analysis && act());
    return button;
  });
  return (found, source) => {
    analysis = found;
    for (const one of buttons) one.disabled = !found;
    paragraph.textContent = found ? methods(found) : "";
    listing.replaceChildren();
    if (!found) return;
    programs = programsOf(found, templates, source);
    for (const [words, text] of [
      ["Python, exact", programs.python],
      ["Python, PyMC", programs.pymc],
      ["SQL: rows too many for one machine become a table of groups", programs.sql],
    ]) {
      if (!text) continue;
      const fold = element("details", { class: "pw-fold" }, listing);
      element("summary", {}, fold, words);
      element("pre", { tabindex: "0" }, fold, text);
    }
  };
}
