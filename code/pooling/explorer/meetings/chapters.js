// What each explorer of chapters 1 to 7 shows; what it computes is in engine.js.
import { DEPARTMENTS } from "./grid.js";
import { hyperpriorMaps, SCALES } from "./hyperpriors.js";
import { SIGMAS } from "./learned_variance.js";

const MINUTES = [-60, 60];
const MEAN = ["mean", "sd"];
const MEDIAN = ["median", "lower", "upper"];
const SCATTERS = Object.fromEntries(SIGMAS.map((name) => [name, MEDIAN]));
const EACH = Object.fromEntries(DEPARTMENTS.map((name) => [`theta[${name}]`, MEAN]));

/** A row for each department, on one scale: its theta, its observation to drag, the pull on it. */
const rows = (reference, fixed = false) =>
  DEPARTMENTS.map((name, d) => ({
    name: `theta[${name}]`,
    domain: MINUTES,
    height: 46,
    share: "theta",
    lanes: [{ observation: name, fixed, pulled: true, reference }],
    through: reference,
    axis: d === DEPARTMENTS.length - 1,
  }));

/** The university, above its departments; `part` of the width each, if others stand beside them. */
const population = (part) => [
  {
    name: "mu",
    title: "the university",
    short: "university",
    domain: MINUTES,
    height: 48,
    part: part ?? 0.5,
    small: true,
    lanes: [],
    axis: true,
  },
  {
    name: "tau",
    title: "spread of departments",
    short: "spread",
    domain: [0, 60],
    height: 48,
    beside: "mu",
    part,
    small: true,
    lanes: [],
    axis: true,
  },
];

/** A row for each department whose arrivals, any number of them, stand under its theta. */
const meeting = (reference, more = {}) =>
  rows(reference).map((row, d) => ({
    ...row,
    height: 42,
    lanes: [{ mean: DEPARTMENTS[d], pulled: true, reference }],
    arrivals: DEPARTMENTS[d],
    ...more,
  }));

/** A department that nobody has come from: what the others teach about it. */
const NEW = {
  name: "theta[NEW]",
  title: "never met: Psychology",
  short: "never met",
  domain: MINUTES,
  height: 48,
  beside: "tau",
  share: "theta",
  lanes: [],
  axis: true,
};

/**
 * sigma beside the theta of the same department; a tenfold has the same width everywhere, down to where it
 * gathers when arrivals are identical.
 */
const SCATTER = DEPARTMENTS.map((name, d) => ({
  name: SIGMAS[d],
  domain: [0.02, 100],
  log: true,
  height: 42,
  beside: `theta[${name}]`,
  rest: true,
  lanes: [],
  axis: true,
}));

/** The rows of one model, with the means of all models on them. */
const contrasted = (more = {}) =>
  [...meeting(), NEW].map((row) => ({
    ...row,
    height: 34,
    lanes: [...row.lanes, { models: true }],
    told: MEAN,
    ...(row === NEW ? {} : more),
  }));

const REST = "the scatter of each department, sigma";
const SIGNED = "minutes (theta and mu: negative is early)";
const POINTS_HINT = "Drag points or use arrow keys; + adds one, − or Delete removes one.";

/** `numbers`: what is told of each parameter; the first of each is also marked on the drawing. */
export const EXPLORERS = {
  complete_pooling: {
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
    title: "No pooling: a theta for each department, none learning from another",
    numbers: EACH,
    panels: rows("mu"),
    legend: ["posterior", "prior", "likelihood", "observation", "mean", "mu"],
  },
  partial_pooling: {
    title: "Partial pooling: departments that learn from one another",
    numbers: { ...EACH, mu: MEAN, tau: MEDIAN },
    panels: [...population(), ...rows("complete pooling")],
    legend: ["posterior", "prior", "limit", "mean", "median", "complete pooling"],
  },
  hyperpriors: {
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
    panels: [...population(), ...rows("complete pooling", true)],
    legend: ["setting", "posterior", "prior", "arrival", "mean", "median", "complete pooling"],
  },
  missing_data: {
    title: "Missing data: any number of arrivals a department, none included",
    hint: POINTS_HINT,
    numbers: { ...EACH, "theta[NEW]": MEAN, mu: MEAN, tau: MEDIAN },
    panels: [...population(1 / 3), ...meeting("complete pooling"), NEW],
    legend: ["posterior", "prior", "arrivals", "sample limit", "mean", "median", "complete pooling"],
  },
  learned_variance: {
    title: "Learned variance: each department has a scatter of its own",
    hint: POINTS_HINT,
    caption: SIGNED,
    more: REST,
    numbers: { ...EACH, mu: MEAN, tau: MEDIAN, ...SCATTERS },
    panels: [...population(), ...meeting("mean of mu", { part: 0.6, share: undefined }), ...SCATTER],
    legend: ["posterior", "prior", "arrivals", "sample", "mean", "medians", "mean of mu"],
  },
  models_contrasted: {
    title: "The models contrasted: one meeting, four models",
    hint: POINTS_HINT,
    scenes: {
      complete_pooling: {
        title: "Complete pooling: one theta for all departments",
        numbers: { theta: MEAN },
        panels: contrasted(),
        legend: ["posterior", "arrivals", "sample", "mean", "models"],
      },
      no_pooling: {
        title: "No pooling: a theta for each department, none learning from another",
        numbers: { ...EACH, "theta[NEW]": MEAN },
        panels: contrasted(),
        legend: ["posterior", "arrivals", "sample", "mean", "models"],
      },
      partial_pooling: {
        title: "Partial pooling: departments that learn from one another",
        numbers: { ...EACH, "theta[NEW]": MEAN, mu: MEAN, tau: MEDIAN },
        panels: [...population(1 / 3), ...contrasted()],
        legend: ["posterior", "prior", "arrivals", "sample", "mean", "median", "models"],
      },
      learned_variance: {
        title: "Learned variance: each department has a scatter of its own",
        caption: SIGNED,
        more: REST,
        numbers: { ...EACH, "theta[NEW]": MEAN, mu: MEAN, tau: MEDIAN, ...SCATTERS },
        panels: [...population(1 / 3), ...contrasted({ part: 0.6, share: undefined }), ...SCATTER],
        legend: ["posterior", "prior", "arrivals", "sample", "mean", "medians", "models"],
      },
    },
  },
};
