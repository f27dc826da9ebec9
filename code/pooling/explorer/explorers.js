// What each explorer shows. A new explorer is a new entry here, its posterior in engine.js
// and its controls in __init__.py.
import { DEPARTMENTS, completePooling, noPooling } from "./engine.js";
import { SCALES, hyperpriorMaps } from "./hyperprior_map.js";
import { partialPooling } from "./partial_pooling.js";

const MINUTES = [-60, 60];
const MEAN = ["mean", "sd"];
const MEDIAN = ["median", "lower", "upper"];
const EACH = Object.fromEntries(DEPARTMENTS.map((name) => [`theta[${name}]`, MEAN]));

/** A row for each department, on one scale: its theta, its observation to drag, the pull on it. */
const rows = (reference, fixed = false) =>
  DEPARTMENTS.map((name, d) => ({
    name: `theta[${name}]`,
    domain: MINUTES,
    height: 60,
    share: "theta",
    lanes: [{ observation: name, fixed, pulled: true, reference }],
    through: reference,
    axis: d === DEPARTMENTS.length - 1,
  }));

/** The university, above its departments. */
const POPULATION = [
  { name: "mu", title: "the university", domain: MINUTES, height: 64, half: true, lanes: [], axis: true },
  { name: "tau", title: "spread of departments", domain: [0, 60], height: 64, half: true, lanes: [], axis: true },
];

/** `numbers`: what is told of each parameter; the first of each is also marked on the drawing. */
export const EXPLORERS = {
  complete_pooling: {
    posterior: completePooling,
    title: "Complete pooling: one theta for all departments",
    numbers: { theta: MEAN },
    panels: [
      {
        name: "theta",
        domain: MINUTES,
        height: 150,
        share: "theta",
        lanes: [
          { reference: "sample mean", named: true, pulled: true },
          ...DEPARTMENTS.map((name) => ({ observation: name, named: true })),
        ],
        axis: true,
      },
    ],
    legend: ["posterior", "prior", "likelihood", "observation", "mean", "sample mean"],
  },
  no_pooling: {
    posterior: noPooling,
    title: "No pooling: a theta for each department, none learning from another",
    numbers: EACH,
    panels: rows("mu"),
    legend: ["posterior", "prior", "likelihood", "observation", "mean", "mu"],
  },
  partial_pooling: {
    posterior: partialPooling,
    title: "Partial pooling: departments that learn from one another",
    numbers: { ...EACH, mu: MEAN, tau: MEDIAN },
    panels: [...POPULATION, ...rows("complete pooling")],
    legend: ["posterior", "prior", "limit", "mean", "median", "complete pooling"],
  },
  hyperpriors: {
    posterior: partialPooling,
    title: "Hyperpriors: what the two scales do to the answer",
    hint: "Click the map, or use the sliders.",
    numbers: { ...EACH, mu: MEAN, tau: MEDIAN },
    map: {
      across: "mu_scale",
      up: "tau_scale",
      scales: SCALES,
      values: hyperpriorMaps,
      layers: [
        { name: "E[theta[MATH]]", code: true, unit: " in minutes" },
        { name: "pooling factor", code: false, unit: "" },
      ],
    },
    panels: [...POPULATION, ...rows("complete pooling", true)],
    legend: ["setting", "posterior", "prior", "arrival", "mean", "median", "complete pooling"],
  },
};
