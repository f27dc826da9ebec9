// The drawing of one model: its panels, the points on them, and a map; what stands where.

import { faster, follow, onto } from "../frontend/drag.js";
import { draw, element, put, write } from "../frontend/draw.js";
import { heights } from "../frontend/summary.js";
import { createArrivals } from "./arrivals.js";
import { createMap } from "./map.js";
import { createPanel, panelHeight } from "./panel.js";

const WIDE = 560; // pixels: room for panels beside each other

export function createScene(stage, explorer, state) {
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  svg.setAttribute("aria-label", `Drawing. ${explorer.title}. The table below tells its numbers.`);
  const panels = explorer.panels.map((panel) =>
    createPanel(svg, panel, panel.told ?? explorer.numbers[panel.name], grab),
  );
  const arrivals = explorer.panels.map(
    (panel) => panel.arrivals && createArrivals(stage, panel.arrivals, state),
  );
  const map = explorer.map && createMap(stage, explorer.map, state.write);
  const laid = { width: 0, axes: undefined };
  let last = null; // what was drawn
  const more =
    explorer.more &&
    createMore(stage, explorer.more, () => {
      arrange(laid.width);
      update(last);
    });
  /** On a phone the rest is folded: it is neither laid out nor drawn. */
  const isShown = ({ rest }) => !rest || laid.width >= WIDE || more.isOpen();
  const caption = draw("text", { class: "pe-tick", "text-anchor": "middle" }, svg);
  caption.textContent = explorer.caption ?? "minutes late (negative: early)";

  function grab(event, name, scale) {
    const range = state.range(name);
    const along = faster(scale, range, stage);
    const set = (value) => state.write({ [name]: onto(range, along(value)) });
    follow(event, { scale, value: state.read()[name], set });
  }

  /**
   * Each panel under the one before, or beside the one it names where there is room; on a phone only those that
   * are `small` share a row.
   */
  function arrange(width) {
    laid.width = width;
    const wide = width >= WIDE;
    const placed = new Map(); // where each ends, and how far down it begins
    let y = 0;
    more?.show(!wide);
    explorer.panels.forEach((panel, n) => {
      panels[n].show(isShown(panel));
      if (!isShown(panel)) return;
      const host = (wide || panel.small) && placed.get(panel.beside);
      const [left, top] = host ? [host.right, host.top] : [0, y];
      const part = wide ? panel.part : panel.small && !host && 0.5;
      const own = part ? width * part : width - left;
      const band = panels[n].layout(left, top, own, domainOf(panel, laid.axes));
      arrivals[n]?.layout(band);
      placed.set(panel.name, { right: left + own, top });
      y = Math.max(y, top + panelHeight(panel));
    });
    put(caption, { x: width / 2, y: y + 4 });
    put(svg, { width, height: y + 12 });
  }

  function layout(width) {
    arrange(width);
    map?.layout();
  }

  /** Axes that reach what is shown; while a point is held they stay as they are under it. */
  function reach(axes) {
    const same = axes?.theta === laid.axes?.theta && axes?.tau === laid.axes?.tau;
    if (same || stage.querySelector(".pe-held")) return;
    laid.axes = axes;
    arrange(laid.width);
  }

  function update(shown) {
    const { result, settings, number, ghost } = shown;
    last = shown;
    reach(result.axes);
    const units = {}; // of those that share a scale: the lowest panel holds the highest curve
    for (const { name, share = name, height } of explorer.panels) {
      units[share] ??= { room: height, peak: 0 };
      units[share].room = Math.min(units[share].room, height);
      for (const set of [result.posterior, result.prior, result.likelihood, ghost?.posterior ?? {}])
        if (set[name]) units[share].peak = Math.max(units[share].peak, highest(heights(set[name])));
    }
    explorer.panels.forEach((panel, n) => {
      if (!isShown(panel)) return;
      const { name, share = name } = panel;
      const { room, peak } = units[share];
      panels[n].update({ result, settings, number, ghost, unit: room / peak });
      arrivals[n]?.update(number(`mean:${name}`));
    });
    map?.update(settings, ghost?.settings, result);
  }

  function remove() {
    svg.remove();
    map?.remove();
    more?.remove();
    for (const one of arrivals) one?.remove();
  }

  return { layout, update, remove };
}

/** The button that unfolds the rest of the panels. */
function createMore(stage, words, toggled) {
  const button = element("button", { type: "button", class: "pe-more", "aria-expanded": "false" }, stage);
  button.addEventListener("click", () => {
    put(button, { "aria-expanded": !isOpen() });
    tell();
    toggled();
  });
  const isOpen = () => button.getAttribute("aria-expanded") === "true";
  const tell = () => write(button, `${isOpen() ? "Hide" : "Show"} ${words}`);
  tell();
  return { isOpen, show: (visible) => (button.hidden = !visible), remove: () => button.remove() };
}

/** An axis as it is stated, or as far as `axes` say, the ends of those of theta and of tau. */
function domainOf({ name, domain }, axes) {
  if (!axes || name.startsWith("sigma")) return domain;
  return name === "tau" ? [0, axes.tau] : [-axes.theta, axes.theta];
}

function highest(all) {
  let top = 0;
  for (let i = 0; i < all.length; i++) if (all[i] > top) top = all[i];
  return top;
}
