// The figure: it reads the traits, has the engine compute, and draws. No formula lives here.
import { nameSliders } from "./controls.js";
import { element } from "./draw.js";
import { EXPLORERS } from "./explorers.js";
import { createFurniture } from "./furniture.js";
import { createScene } from "./scene.js";
import { arrivalsIn, createState, differences } from "./state.js";
import { summarise } from "./summary.js";

const REST = 600; // ms without a change
const MEASURE = "pooling-explorer:redraw";

function render({ model, el }) {
  const stem = model.get("stem");
  const explorer = EXPLORERS[stem];
  const posterior = explorer.posterior();
  const state = createState(model);

  const root = element("div", { class: "pooling-explorer", "data-explorer": stem, role: "group" }, el);
  root.setAttribute("aria-label", explorer.title);
  const choose = (name) => state.write({ model: name });
  const furniture = createFurniture(root, explorer, { reset: state.reset, redraw: request, choose });

  // --- a frame ---------------------------------------------------------------------------------

  let width = 0;
  let frame = 0;
  let shown = null; // what the last frame drew: { settings, posterior, number }
  let rested = null; // what was shown when the last change came to rest
  let before = null; // what had been shown before that change

  let dressed = null; // the explorer itself, or its scene of the model chosen
  let scene = null;

  function dress({ model: chosen }) {
    const wanted = explorer.scenes?.[chosen] ?? explorer;
    if (wanted === dressed) return;
    dressed = wanted;
    scene?.remove();
    scene = createScene(furniture.stage, wanted, state);
    scene.layout(width);
    furniture.dress(wanted);
  }
  function request() {
    frame ||= requestAnimationFrame(redraw);
  }
  function redraw() {
    frame = 0;
    if (!width) return;
    const start = performance.now();
    const settings = state.read();
    dress(settings);
    const result = posterior(arrivalsIn(settings), settings);
    const told = {};
    const number = (quantity) => (told[quantity] ??= summarise(result, quantity));
    shown = { settings, posterior: result.posterior, number };
    rested ??= copy(shown);

    const changes = before ? differences(before.settings, settings) : [];
    const ghost = furniture.comparing() && changes.length ? before : null;
    scene.update({ result, settings, number, ghost });
    furniture.tell(result, settings, number);
    furniture.compare(ghost ? changes : []);
    performance.measure(MEASURE, { start, detail: stem });
    performance.clearMeasures(MEASURE); // an observer still gets it, and the page's buffer stays empty
  }
  function copy({ settings, posterior: marginals, number }) {
    const kept = {};
    for (const [name, marginal] of Object.entries(marginals)) {
      const { values, edges, probability } = marginal;
      const kind = /^(theta|mu)/.test(name) ? "mean" : "median";
      kept[name] = { values, edges, probability: probability.slice(), centre: number(`${kind}:${name}`) };
    }
    return { settings, posterior: kept };
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

  // --- on the page -------------------------------------------------------------------------------

  const sliders = nameSliders(root, state.controls, { press });
  const size = new ResizeObserver(() => {
    sliders.attach();
    const now = Math.floor(furniture.stage.clientWidth);
    if (!now || now === width) return;
    width = now;
    scene?.layout(width);
    request();
  });
  size.observe(furniture.stage);
  const unwatch = state.watch(changed);
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, release);
  document.documentElement.classList.add("explorer-live");

  return () => {
    unwatch();
    for (const end of ["pointerup", "pointercancel"]) window.removeEventListener(end, release);
    size.disconnect();
    scene?.remove();
    sliders.detach();
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

export default { render };
