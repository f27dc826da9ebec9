// The explorers of chapters 1 to 7 as the figure takes them.
import { show } from "../frontend/draw.js";
import { figure } from "../frontend/view.js";
import { EXPLORERS } from "./chapters.js";
import { createContrast, createModels } from "./contrast.js";
import { compute, number } from "./engine.js";
import { DEPARTMENTS } from "./grid.js";
import { LEGEND } from "./legend.js";
import { createScene } from "./scene.js";

const dressed = (scene) => ({ ...scene, legend: scene.legend.map((name) => LEGEND[name]) });

function complete(explorer) {
  const { scenes } = explorer;
  const alternatives = scenes && {
    scenes: Object.fromEntries(Object.entries(scenes).map(([name, scene]) => [name, dressed(scene)])),
    sceneOf: ({ model }) => model,
    above: createModels,
    below: createContrast,
  };
  return {
    ...(scenes ? explorer : dressed(explorer)),
    ...alternatives,
    compute,
    number,
    scene: createScene,
    remember: kept,
    differences: otherwise,
    warn: (result) => (result.told ? EXACT : (result.improper ?? []).map(warn).join(" ")),
  };
}

/** What a ghost is drawn from: curves that no later frame writes over. */
function kept(result, number) {
  const posterior = {};
  for (const [name, marginal] of Object.entries(result.posterior)) {
    const { values, edges, probability } = marginal;
    const kind = /^(theta|mu)/.test(name) ? "mean" : "median";
    posterior[name] = { values, edges, probability: probability.slice(), centre: number(`${kind}:${name}`) };
  }
  return { posterior };
}

/** In words what `before` had otherwise: "tau_scale 3", "MATH 30". */
function otherwise(before, now) {
  return Object.keys(now).flatMap((name) => {
    if (name === "t")
      return DEPARTMENTS.flatMap((department, d) =>
        before.t[d].join() === now.t[d].join() ? [] : `${department} ${before.t[d].join(", ") || "nobody"}`,
      );
    const was = before[name];
    if (was === now[name]) return [];
    return `${name} ${typeof was === "number" ? +was.toFixed(1) : was}`;
  });
}

const EXACT =
  "Beyond 40 minutes, or scales of 20, the course grid ends too early: these numbers are exact, from no grid.";

/** Of a department whose arrivals are identical. */
const warn = ({ name, count, smallest }) =>
  `The ${count} arrivals of ${name} are identical, so this posterior is improper: as sigma[${name}] → 0 their density ` +
  `grows without bound, and the answer depends on the smallest sigma of the grid, ${show(smallest, 3)} minutes.`;

export default figure(({ stem }) => complete(EXPLORERS[stem]));
