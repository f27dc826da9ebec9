// A row for each marginal: as the program is printed, dashed, and as the reader has it, filled.
import { createAxes } from "../../explorer/frontend/axes.js";
import { curve, draw, linear } from "../../explorer/frontend/draw.js";
import { density } from "./marginals.js";

const [ROW, ABOVE, BELOW, LEFT, RIGHT] = [52, 8, 40, 8, 12];
const SHOWN = 2e-3; // of the highest point: further out nothing can be seen

/** Both ends of what can be seen of any curve. */
function ends(curves) {
  let [low, high] = [Infinity, -Infinity];
  for (const { values, heights } of curves) {
    const least = SHOWN * Math.max(...heights);
    heights.forEach((height, i) => {
      if (height < least) return;
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    });
  }
  return low < high ? [low, high] : [low - 1, low + 1];
}

/** Draw one parameter: rows [{ label, printed, yours }] of marginals; `printed` may be missing. */
export function drawRows(place, parameter, unit, rows) {
  const width = Math.max(place.clientWidth, 240);
  const height = ABOVE + rows.length * ROW + BELOW;
  const svg = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img" }, place);
  const curves = rows.flatMap(({ printed, yours }, row) =>
    [printed && ["printed", printed], ["yours", yours]]
      .filter(Boolean)
      .map(([kind, { values, probability }]) => ({
        row,
        kind,
        values,
        heights: density({ values, probability }),
      })),
  );
  const x = linear(ends(curves), [LEFT, width - RIGHT]);
  const bottom = height - BELOW;
  const axes = createAxes(svg, { across: `${parameter}, ${unit}` });
  axes.layout({ x, y: linear([0, 1], [bottom, ABOVE]) });
  rows.forEach(({ label }, row) => {
    const base = ABOVE + (row + 1) * ROW;
    const own = curves.filter((one) => one.row === row);
    const scale = (0.9 * ROW) / Math.max(...own.flatMap(({ heights }) => [...heights]));
    draw("path", { class: "pooling-run-base", d: `M${LEFT},${base}H${width - RIGHT}` }, svg);
    for (const { kind, values, heights } of own) {
      const d = curve(values, x)(heights, base, scale, kind === "yours");
      draw("path", { class: `pooling-run-${kind}`, "data-curve": `${kind}:${label || parameter}`, d }, svg);
    }
    if (label) draw("text", { x: LEFT + 2, y: base - ROW + 20 }, svg).textContent = label;
  });
  return svg;
}
