// What a legend is made of: a stretch of a line, or the mark itself.
import { draw, SHAPES } from "./draw.js";

export const line = (kind) => [["path", { class: `pe-${kind}`, d: "M1,9H27" }]];

/** A filled curve. */
export const hill = () => [
  ["path", { class: "pe-fill", d: "M1,16C9,16 10,4 14,4S19,16 27,16Z" }],
  ["path", { class: "pe-posterior", d: "M1,16C9,16 10,4 14,4S19,16 27,16" }],
];

export function pucks(kind = "puck") {
  return Object.keys(SHAPES)
    .slice(0, 3)
    .map((name, n) => [
      "path",
      {
        class: `pe-${kind} pe-${name}`,
        d: SHAPES[name],
        transform: `translate(${5 + 10 * n},9) scale(0.55)`,
      },
    ]);
}
export function diamond() {
  return [
    ["path", { class: "pe-through", d: "M14,0V18" }],
    ["path", { class: "pe-reference", d: SHAPES.reference, transform: "translate(14,9)" }],
  ];
}
export function centre() {
  return [
    ["path", { class: "pe-centre", d: "M14,4V18" }],
    ["circle", { class: "pe-dot", cx: 14, cy: 5, r: 4 }],
  ];
}
export function span() {
  return [...centre(), ["path", { class: "pe-span", d: "M3,17H25" }]];
}
export function ring() {
  return [
    ["circle", { class: "pe-ring", cx: 14, cy: 9, r: 7 }],
    ["circle", { class: "pe-dot", cx: 14, cy: 9, r: 3 }],
  ];
}

export function createSwatch(place, parts) {
  const swatch = draw("svg", { width: 28, height: 18, "aria-hidden": "true" }, place);
  for (const [tag, attributes] of parts) draw(tag, attributes, swatch);
}
