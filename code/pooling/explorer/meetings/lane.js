// What stands under the axis of a panel, a lane each: an observation to drag, a mean, a reference.
import { draw, LETTER, label, put, SHAPES, write } from "../frontend/draw.js";
import { DEPARTMENTS, present } from "./grid.js";

export const LANE = 24; // pixels

/** What a lane begins with, and its words: an observation, the mean of a department's, or a reference. */
function marked({ observation, mean, reference, named }, settings, references, width) {
  if (mean) return [present(settings.t[DEPARTMENTS.indexOf(mean)]).mean, ""];
  if (!observation) return [references[reference], `${reference} ${label(references[reference])}`];
  const value = settings[`t[${observation}]`];
  return [value, `${named ? observation : width > 400 ? "t =" : "t"} ${label(value, 0)}`];
}

/** An observation, which can be taken hold of if it is to `grab`. */
function createPoint(root, observation, grab) {
  const point = draw("g", { class: `pe-${observation}` }, root);
  draw("path", { class: "pe-puck", d: SHAPES[observation] }, point);
  if (!grab) return point;
  put(point, { class: `pe-point pe-${observation}`, "data-point": `t[${observation}]` });
  draw("rect", { class: "pe-reach", x: -22, y: -LANE / 2, width: 44, height: LANE }, point);
  point.addEventListener("pointerdown", (event) => grab(event, `t[${observation}]`));
  // A finger on a point drags it and does not scroll the page: touch-action does not reach into an SVG.
  point.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  return point;
}

/** The mean of a department's arrivals. */
function createSample(root, department) {
  const sample = draw("g", {}, root);
  draw(
    "path",
    { class: `pe-sample pe-${department}`, d: SHAPES[department], transform: "scale(0.8)" },
    sample,
  );
  return sample;
}

/**
 * From where, and on which side of a mark at `x`, its label of width `room` stands: out of the way of the arrow
 * to `centre`, if there is one, unless it would leave the drawing there.
 */
function beside(x, centre, room, width) {
  const pulled = centre !== null;
  const right = pulled ? centre <= x : x < width / 2;
  if (!(right ? x + room > width : x < room)) return { from: x, right };
  if (!pulled) return { from: x, right: !right };
  return { from: right ? Math.min(x, centre) : Math.max(x, centre), right: !right };
}

/** Under the axis: that mark, and the arrow from it to the centre. */
export function createLane(root, lane, grab) {
  const { observation, fixed, mean, reference, named, pulled } = lane;
  const arrow = pulled && draw("path", { class: "pe-arrow" }, root);
  const head = pulled && draw("path", { class: "pe-head", d: SHAPES.head }, root);
  const diamond = reference && draw("path", { class: "pe-reference", d: SHAPES.reference }, root);
  const mark = observation
    ? createPoint(root, observation, !fixed && grab)
    : mean && createSample(root, mean);
  const text = draw("text", { class: named ? "" : "pe-code" }, root);
  let [scale, y, width] = [null, 0, 0];

  function pull(x, centre) {
    const far = Math.abs(centre - x) > 20;
    const way = Math.sign(centre - x);
    put(arrow, { d: far ? `M${x + 11 * way},${y}H${centre - 6 * way}` : "" });
    put(head, {
      transform: `translate(${centre},${y}) scale(${way || 1},1)`,
      visibility: far ? "visible" : "hidden",
    });
  }

  function say(words, x, centre) {
    write(text, words);
    const { from, right } = beside(x, centre, 16 + LETTER * words.length, width);
    put(text, { x: from + (right ? 16 : -16), "text-anchor": right ? "start" : "end" });
  }

  return {
    layout(newScale, newY, newWidth) {
      [scale, y, width] = [newScale, newY, newWidth];
      put(text, { y: y + 4.5 });
    },
    update({ references }, settings, centre) {
      const [value, words] = marked(lane, settings, references, width);
      const there = !Number.isNaN(value);
      const x = there ? Math.min(width - 8, Math.max(8, scale(value))) : centre; // held beyond the axis: at its end
      if (diamond) put(diamond, { transform: `translate(${scale(references[reference])},${y})` });
      if (mark) put(mark, { transform: `translate(${x},${y})`, visibility: there ? "visible" : "hidden" });
      say(words, x, pulled ? centre : null);
      if (pulled) pull(x, centre);
    },
  };
}
