// A formula as MathJax draws it is a tree of groups, one a letter and one a bracket around it, which a browser styles
// and lays out, thousands of them on a page. Here it becomes one path.
import { optimize } from "svgo";

// Of what is drawn by lines, and not filled: it is left as it is.
const LINES = /stroke-width="(?!0")/;

/** What groups say of the formula, for which nothing here asks; and a line around letters that is 0 wide. */
const unneeded = {
  name: "unneeded",
  fn: () => ({
    element: {
      enter({ attributes }) {
        if (attributes["stroke-width"] === "0")
          for (const name of ["stroke", "stroke-width"]) delete attributes[name];
        for (const name of Object.keys(attributes)) if (name.startsWith("data-")) delete attributes[name];
      },
    },
  }),
};

const plugins = [
  unneeded,
  { name: "convertShapeToPath" },
  { name: "convertTransform" },
  { name: "moveGroupAttrsToElems" },
  { name: "collapseGroups" },
  { name: "convertPathData", params: { floatPrecision: 1 } }, // an em is 1000
  { name: "removeEmptyContainers" },
  { name: "mergePaths", params: { floatPrecision: 1 } }, // not those that overlap
];
const known = new Map();

/** The same picture, an SVG element's text, with as few elements as may be. */
export function flat(svg) {
  if (!known.has(svg))
    known.set(svg, LINES.test(svg) ? svg : optimize(svg, { multipass: true, plugins }).data);
  return known.get(svg);
}
