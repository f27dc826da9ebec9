// The figure: it reads the traits, has the engine compute, and draws. No formula lives here.
import { nameSliders } from "./controls.js";
import { draw, element, put } from "./draw.js";
import { DEPARTMENTS } from "./engine.js";
import { EXPLORERS } from "./explorers.js";
import { createFurniture } from "./furniture.js";
import { createMap } from "./map.js";
import { createPanel, panelHeight } from "./panel.js";
import { summarise } from "./summary.js";

const REST = 600; // ms without a change
const MEASURE = "pooling-explorer:redraw";

function render({ model, el }) {
  const stem = model.get("stem");
  const controls = model.get("controls");
  const explorer = EXPLORERS[stem];
  const posterior = explorer.posterior();

  const root = element("div", { class: "pooling-explorer", "data-explorer": stem, role: "group" }, el);
  root.setAttribute("aria-label", explorer.title);
  const furniture = createFurniture(root, explorer, { reset, redraw: request });
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, furniture.stage);
  svg.setAttribute("aria-label", `Drawing. ${explorer.title}. The table below tells its numbers.`);
  const panels = explorer.panels.map((panel) => createPanel(svg, panel, explorer.numbers[panel.name], grab));
  const map = explorer.map && createMap(furniture.stage, explorer.map, write);
  const caption = draw("text", { class: "pe-tick", "text-anchor": "middle" }, svg);
  caption.textContent = "minutes late (negative: early)";

  // --- the setting ---------------------------------------------------------------------------

  /** A slider may come to stand at 10.000000000000002. */
  const tidy = (value) => Math.round(value * 1e6) / 1e6;
  const read = () => Object.fromEntries(controls.map(({ name, trait }) => [name, tidy(model.get(trait))]));

  function write(changes) {
    for (const { name, trait } of controls) if (name in changes) model.set(trait, changes[name]);
    model.save_changes();
  }
  function reset() {
    write(Object.fromEntries(controls.map(({ name, initial }) => [name, initial])));
  }

  // --- a frame ---------------------------------------------------------------------------------

  let width = 0;
  let frame = 0;
  let shown = null; // what the last frame drew: { settings, posterior, number }
  let rested = null; // what was shown when the last change came to rest
  let before = null; // what had been shown before that change

  function request() {
    frame ||= requestAnimationFrame(redraw);
  }
  function redraw() {
    frame = 0;
    if (!width) return;
    const start = performance.now();
    const settings = read();
    const result = posterior(DEPARTMENTS.map((name) => settings[`t[${name}]`]), settings);
    const told = {};
    const number = (quantity) => (told[quantity] ??= summarise(result, quantity));
    shown = { settings, posterior: result.posterior, number };
    rested ??= copy(shown);

    const changes = before ? controls.filter(({ name }) => before.settings[name] !== settings[name]) : [];
    const ghost = furniture.comparing() && changes.length ? before : null;
    const peaks = {};
    for (const { name, share = name } of explorer.panels)
      for (const set of [result.posterior, result.prior, result.likelihood, ghost?.posterior ?? {}])
        if (set[name]) peaks[share] = Math.max(peaks[share] ?? 0, highest(set[name].probability));
    explorer.panels.forEach(({ name, share = name }, n) =>
      panels[n].update({ result, settings, number, ghost, peak: peaks[share] }),
    );
    map?.update(settings, ghost?.settings, result);
    furniture.tell(number);
    furniture.compare(ghost ? changes.map(({ name }) => [name, before.settings[name]]) : []);
    performance.measure(MEASURE, { start, detail: stem });
    performance.clearMeasures(MEASURE); // an observer still gets it, and the page's buffer stays empty
  }
  function copy({ settings, posterior: marginals, number }) {
    const kept = {};
    for (const [name, { values, probability }] of Object.entries(marginals))
      kept[name] = { values, probability: probability.slice(), centre: number(`${explorer.numbers[name][0]}:${name}`) };
    return { settings, posterior: kept };
  }
  function layout() {
    const wide = width >= 560;
    let y = 0;
    explorer.panels.forEach((panel, n) => {
      const second = wide && panel.half && explorer.panels[n - 1]?.half;
      panels[n].layout(second ? width / 2 : 0, y, wide && panel.half ? width / 2 : width);
      if (!(wide && explorer.panels[n].half) || second) y += panelHeight(panel);
    });
    map?.layout();
    put(caption, { x: width / 2, y: y + 4 });
    put(svg, { width, height: y + 12 });
  }

  // --- a change, and its rest ----------------------------------------------------------------------

  let moving = false;
  let timer = 0;
  let pressed = false;

  function changed() {
    if (!moving) before = rested;
    moving = true;
    restLater();
    request();
  }
  function restLater() {
    clearTimeout(timer);
    timer = setTimeout(rest, REST);
  }
  function rest() {
    if (pressed || !moving || !shown) return; // a finger that pauses has not let go
    moving = false;
    rested = copy(shown);
    furniture.say(shown.number);
  }
  function press() {
    pressed = true;
  }
  function release() {
    pressed = false;
    if (moving) restLater();
  }

  // --- a point dragged on the plot --------------------------------------------------------------

  function grab(event, name, scale) {
    if (event.button !== 0) return;
    event.preventDefault();
    const { min, max, step } = controls.find((control) => control.name === name);
    const point = event.currentTarget;
    const left = point.parentNode.getScreenCTM().e;
    const offset = event.clientX - left - scale(read()[name]); // where in the point the finger is
    const move = ({ clientX }) => {
      const value = Math.round(scale.invert(clientX - left - offset) / step) * step;
      write({ [name]: Math.min(max, Math.max(min, value)) });
    };
    const drop = () => {
      point.removeEventListener("pointermove", move);
      point.classList.remove("pe-held");
    };
    point.setPointerCapture(event.pointerId);
    point.classList.add("pe-held");
    point.addEventListener("pointermove", move);
    point.addEventListener("lostpointercapture", drop, { once: true });
  }

  // --- on the page -------------------------------------------------------------------------------

  const sliders = nameSliders(root, controls, { press });
  const size = new ResizeObserver(() => {
    sliders.attach();
    const now = Math.floor(furniture.stage.clientWidth);
    if (!now || now === width) return;
    width = now;
    layout();
    request();
  });
  size.observe(furniture.stage);
  for (const { trait } of controls) model.on(`change:${trait}`, changed);
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, release);
  document.documentElement.classList.add("explorer-live");

  return () => {
    for (const { trait } of controls) model.off(`change:${trait}`, changed);
    for (const end of ["pointerup", "pointercancel"]) window.removeEventListener(end, release);
    size.disconnect();
    map?.remove();
    sliders.detach();
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

function highest(probability) {
  let top = 0;
  for (let i = 0; i < probability.length; i++) if (probability[i] > top) top = probability[i];
  return top;
}

export default { render };
