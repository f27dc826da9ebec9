// The arrivals of one department on the plot: each point is a control, and buttons add and remove one.
// HTML over the drawing, because a drawing is an image and an image holds no controls.
import { follow, KEYS, onto } from "../frontend/drag.js";
import { draw, element, label, put, SHAPES, write } from "../frontend/draw.js";
import { DEPARTMENTS } from "./grid.js";

export const BAND = 40; // pixels
const LEVEL = 20;
const APART = 19; // points nearer than this stand on different levels

/** `state` holds the arrivals of all departments, as `t`. */
export function createArrivals(stage, department, state) {
  const d = DEPARTMENTS.indexOf(department);
  const range = state.range("t");
  const root = element(
    "div",
    { class: `pe-arrivals pe-${department}`, role: "group", "aria-label": `Arrivals of ${department}` },
    stage,
  );
  const add = createButton(root, "+", `Add an arrival to ${department}`, append);
  const drop = createButton(root, "−", `Remove an arrival from ${department}`, () =>
    remove(row().length - 1),
  );
  const hands = [];
  let scale = null;
  let width = 0;
  let expected = 0;
  const leaving = createMemory();

  // --- changes ---------------------------------------------------------------------------------------

  const row = () => state.read().t[d];
  const set = (now) => state.write({ t: state.read().t.map((old, e) => (e === d ? now : old)) });
  const move = (i, value) => set(row().map((old, e) => (e === i ? onto(range, value) : old)));

  /** Another as late as the last; into a department that was emptied, who was there, or else who is expected. */
  function append() {
    const now = row();
    if (now.length >= range.most) return;
    set([...now, leaving.back(now) ?? now.at(-1) ?? onto(range, expected)]);
    show();
    focus(now.length);
  }
  /** The focus stays on a point if it was on one, and never on a button that can do no more. */
  function remove(i) {
    const focused = hands.some(({ root: hand }) => hand === document.activeElement);
    set(row().filter((_, e) => e !== i));
    show();
    if (focused || !row().length) focus(Math.min(i, row().length - 1));
  }
  const focus = (i) => (hands[i]?.root ?? add).focus({ preventScroll: true });

  // --- points ------------------------------------------------------------------------------------------

  function createHand(i) {
    const name = `t[${department},${i}]`;
    const hand = element("div", {
      class: "pe-hand",
      role: "slider",
      tabindex: 0,
      "aria-label": name,
      "aria-valuemin": range.min,
      "aria-valuemax": range.max,
      "data-control": name,
      "data-point": name,
      "data-lm-suppress-shortcuts": "true", // in JupyterLab, whose own keys would otherwise come first
    });
    add.before(hand); // points in their order, then the buttons
    const shape = draw(
      "svg",
      { width: 20, height: 20, viewBox: "-10 -10 20 20", "aria-hidden": "true" },
      hand,
    );
    draw("path", { class: "pe-puck", d: SHAPES[department] }, shape);
    const tag = element("span", { class: "pe-tag", "aria-hidden": "true" }, hand);
    hand.addEventListener("pointerdown", (event) => {
      hand.focus({ preventScroll: true });
      follow(event, { scale, value: row()[i], set: (value) => move(i, value) });
    });
    hand.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key in KEYS) move(i, row()[i] + KEYS[event.key] * range.step);
      else if (event.key === "Delete" || event.key === "Backspace") remove(i);
      else return;
      event.preventDefault();
    });
    return {
      root: hand,
      update(value, y) {
        const x = scale(value);
        put(hand, {
          style: `transform:translate(${x}px,${y}px)`,
          "aria-valuenow": value,
          "aria-valuetext": `${value} minutes`,
        });
        write(tag, `${name} = ${label(value, 0)}`);
        tag.classList.toggle("pe-left", x > width / 2);
      },
    };
  }

  function show() {
    const now = row();
    leaving.see(now);
    while (hands.length < now.length) hands.push(createHand(hands.length));
    while (hands.length > now.length) hands.pop().root.remove();
    const levels = stack(now.map(scale));
    const gap = Math.min(LEVEL, BAND / (1 + Math.max(0, ...levels)));
    now.forEach((value, i) => hands[i].update(value, LEVEL / 2 + gap * levels[i]));
    add.disabled = now.length >= range.most;
    drop.disabled = !now.length;
  }

  return {
    /** Where the band is in which the points stand. */
    layout(place) {
      ({ scale, width } = place);
      put(root, { style: `top:${place.top}px;width:${width}px` });
    },
    update(mean) {
      expected = mean;
      show();
    },
    remove: () => root.remove(),
  };
}

/**
 * Who was there before a department was emptied, one by one or at once: they come back in their order. It sees every
 * frame; one in which nobody came, left or moved is none of its business, or two who are left would be all there were.
 */
function createMemory() {
  let before = [];
  let kept = [];
  let returning = false;
  return {
    see(now) {
      if (now.join() === before.join()) return;
      if (now.length >= (returning ? kept : before).length) [kept, returning] = [now, false];
      if (!now.length) returning = true;
      before = now;
    },
    back: (now) => (returning ? kept[now.length] : undefined),
  };
}

/** The level of each point: the first on which it is clear of those before it. */
function stack(xs) {
  const levels = [];
  xs.forEach((x, i) => {
    const taken = levels.filter((_, e) => Math.abs(xs[e] - x) < APART);
    let level = 0;
    while (taken.includes(level)) level += 1;
    levels[i] = level;
  });
  return levels;
}

function createButton(root, text, name, act) {
  const button = element("button", { type: "button", "aria-label": name }, root, text);
  button.addEventListener("click", act);
  return button;
}
