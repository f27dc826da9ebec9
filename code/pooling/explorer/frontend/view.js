// The figure: it reads the traits, has the engine compute, and draws. No formula lives here.
import { nameSliders } from "./controls.js";
import { element } from "./draw.js";
import { createFurniture } from "./furniture.js";
import { createRehearsal } from "./rehearsal.js";
import { createState, differences } from "./state.js";

const REST = 600; // ms without a change
const MEASURE = "pooling-explorer:redraw";

/**
 * What anywidget takes. `define({ stem, data })` returns the explorer:
 *   title, hint                 said above the drawing; the title also names it
 *   compute(settings, data)     the result of one frame
 *   number(result, quantity)    a number the page tells, such as "mean:theta[2]"
 *   numbers                     which: { "theta[2]": ["mean", "sd"], tau: ["median", "lower", "upper"] }
 *   unit, headings              of the numbers; see numbers.js
 *   legend                      [[words, swatch], …]; see swatches.js
 *   scene(stage, explorer, state)   the drawing: { layout(width), update(shown), remove() } where shown is
 *                               { result, settings, number, ghost }, ghost { settings, ...remembered } or null
 * and if it needs them
 *   remember(result, number)    what a ghost is drawn from; the result itself if compute makes a new one each time
 *   differences(before, now)    in words what the settings before had otherwise
 *   above, below (root, state)  more above the drawing, and below its numbers; each returns a function of
 *                               (result, settings)
 *   warn(result)                a warning in words, or ""
 *   scenes, sceneOf(settings)   explorers to choose among, each with title, numbers, legend and what its scene draws
 */
export const figure = (define) => ({
  render: ({ model, el }) => render({ model, el, define }),
});

function render({ model, el, define }) {
  const stem = model.get("stem");
  const data = model.get("data");
  const state = createState(model);
  const explorer = {
    remember: (result) => ({ result }),
    differences,
    ...define({ stem, data }),
  };

  const root = element("div", { class: "pooling-explorer", "data-explorer": stem, role: "group" }, el);
  root.setAttribute("aria-label", explorer.title);
  const furniture = createFurniture(root, explorer, { state, redraw: request, pin });

  // --- a frame ---------------------------------------------------------------------------------

  let [width, frame] = [0, 0];
  let shown = null; // what the last frame drew: { settings, posterior, number }
  let rested = null; // what was shown when the last change came to rest
  let before = null; // what had been shown before that change
  let pinned = null; // what the reader keeps to compare with, and its numbers as they were read

  let dressed = null; // the explorer itself, or its scene of the model chosen
  let scene = null;

  function dress(settings) {
    const wanted = explorer.scenes?.[explorer.sceneOf(settings)] ?? explorer;
    if (wanted === dressed) return;
    dressed = wanted;
    scene?.remove();
    scene = explorer.scene(furniture.stage, wanted, state);
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
    const result = explorer.compute(settings, data);
    const told = {};
    const number = (quantity) => (told[quantity] ??= explorer.number(result, quantity));
    shown = { settings, result, number };
    rested ??= copy(shown);

    const kept = pinned ?? (furniture.comparing() ? before : null);
    const otherwise = kept ? explorer.differences(kept.settings, settings) : [];
    const ghost = otherwise.length ? kept : null;
    scene.update({ result, settings, number, ghost });
    furniture.tell(result, settings, number);
    furniture.compare(otherwise, pinned?.told ?? null);
    performance.measure(MEASURE, { start, detail: stem });
    performance.clearMeasures(MEASURE); // an observer still gets it, and the page's buffer stays empty
    rehearsal.begin();
  }
  const rehearsal = createRehearsal((k) => explorer.compute(state.nudged(k), data), redraw);
  const copy = ({ settings, result, number }) => ({ settings, ...explorer.remember(result, number) });

  /** Keep this setting until it is let go, whatever changes meanwhile. */
  function pin() {
    if (!shown) return;
    pinned = pinned ? null : { ...copy(shown), told: furniture.told() };
    furniture.announce(pinned ? "Pinned: what follows is compared with this setting." : "Not pinned.");
    request();
  }

  // --- a change, and its rest ----------------------------------------------------------------------

  const changes = createChanges({
    begin: () => (before = rested),
    rest: () => {
      if (!shown) return;
      rested = copy(shown);
      furniture.say(shown.number);
    },
  });
  function changed() {
    rehearsal.end();
    changes.changed();
    request();
  }

  // --- on the page -------------------------------------------------------------------------------

  const sliders = nameSliders(root, state.controls, { press: changes.press, write: state.write });
  const size = new ResizeObserver(() => {
    sliders.attach();
    const now = Math.floor(furniture.stage.clientWidth);
    if (!now || now === width) return;
    width = now;
    scene?.layout(width);
    cancelAnimationFrame(frame);
    redraw(); // in this frame: axes of one width and marks of another are never painted
  });
  size.observe(furniture.stage);
  const unwatch = state.watch(changed);
  const unheld = onRelease(() => {
    changes.release();
    request(); // what stays as it is while a point is held may follow now
  });
  document.documentElement.classList.add("explorer-live");

  return () => {
    for (const end of [unwatch, unheld, sliders.detach, changes.stop, rehearsal.end]) end();
    size.disconnect();
    scene?.remove();
    cancelAnimationFrame(frame);
  };
}

/** Call back wherever a pointer is let go; returns what ends that. */
function onRelease(released) {
  const ends = ["pointerup", "pointercancel"];
  for (const end of ends) window.addEventListener(end, released);
  return () => ends.forEach((end) => window.removeEventListener(end, released));
}

/**
 * When a setting begins to change, and when it has come to rest: nothing has changed for a while, and no finger is
 * down that only pauses.
 */
function createChanges({ begin, rest }) {
  let moving = false;
  let pressed = false;
  let timer = 0;

  function restLater() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (pressed || !moving) return;
      moving = false;
      rest();
    }, REST);
  }
  return {
    changed() {
      if (!moving) begin();
      moving = true;
      restLater();
    },
    press() {
      pressed = true;
    },
    release() {
      pressed = false;
      if (moving) restLater();
    },
    stop: () => clearTimeout(timer),
  };
}
