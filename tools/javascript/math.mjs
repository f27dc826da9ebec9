// Typesets TeX while the book is built: each line of standard input is a JSON object { tex, display },
// each line of standard output { html } or { error }. With --css it prints the style sheet instead.
//
// Done here, a formula costs the reader no script and no font file, is there without JavaScript, and
// an error in it fails the build. A screen reader finds the MathML beside the drawing.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { AssistiveMmlHandler } from "mathjax-full/js/a11y/assistive-mml.js";
import { liteAdaptor } from "mathjax-full/js/adaptors/liteAdaptor.js";
import { RegisterHTMLHandler } from "mathjax-full/js/handlers/html.js";
import { AllPackages } from "mathjax-full/js/input/tex/AllPackages.js";
import { TeX } from "mathjax-full/js/input/tex.js";
import { mathjax } from "mathjax-full/js/mathjax.js";
import { SVG } from "mathjax-full/js/output/svg.js";
import { flat } from "./flat.mjs";

const macros = JSON.parse(process.env.BOOK_MATH_MACROS || "{}");
// These two draw what they do not understand in red instead of complaining.
const packages = AllPackages.filter((name) => !["noundefined", "noerrors"].includes(name));

const adaptor = liteAdaptor();
AssistiveMmlHandler(RegisterHTMLHandler(adaptor));
const svg = new SVG({ fontCache: "none" });
const tex = new TeX({
  packages,
  macros,
  formatError: (_, error) => {
    throw error;
  },
});
const page = mathjax.document("", { InputJax: tex, OutputJax: svg });

/** What MathJax makes of a formula: a picture, an SVG element, and MathML. */
export const drawn = ({ tex, display }) => adaptor.outerHTML(page.convert(tex, { display }));

function typeset(formula) {
  try {
    return { html: drawn(formula).replace(/<svg.*<\/svg>/s, flat) };
  } catch (error) {
    return { error: error.message };
  }
}

if (process.argv.includes("--css")) {
  page.convert("x");
  console.log(adaptor.textContent(svg.styleSheet(page)));
} else if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(typeset(JSON.parse(line))));
  }
}
