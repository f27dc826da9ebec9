// Chapter 7: every model asked about the same meeting; one of them is shown in full, of all the means.

import { mean } from "../frontend/summary.js";
import { completePooling } from "./complete_pooling.js";
import { THETAS } from "./grid.js";
import { learnedVariance } from "./learned_variance.js";
import { noPooling } from "./no_pooling.js";
import { partialPooling } from "./partial_pooling.js";

/** The prior where it is not learned; the course's, as in chapters 1 and 2. */
const FIXED = { mu: 0, tau: 20 };
export const ROWS = [...THETAS, "theta[NEW]"];

/** By name: a letter for the drawing, what each asks of the sliders, and its theta of all departments, one never met included. */
export const MODELS = {
  complete_pooling: {
    letter: "C",
    engine: completePooling,
    scales: ["sigma"],
    rows: ({ posterior }) => Object.fromEntries(ROWS.map((name) => [name, posterior.theta])),
  },
  no_pooling: {
    letter: "N",
    engine: noPooling,
    scales: ["sigma"],
    rows: ({ posterior, prior }) => ({ ...posterior, "theta[NEW]": prior[THETAS[0]] }),
  },
  partial_pooling: {
    letter: "P",
    engine: partialPooling,
    scales: ["mu_scale", "tau_scale", "sigma"],
    rows: ({ posterior }) => posterior,
  },
  learned_variance: {
    letter: "L",
    engine: learnedVariance,
    scales: ["mu_scale", "tau_scale", "sigma_scale"],
    rows: ({ posterior }) => posterior,
  },
};

/** The answer of the model chosen, and the `answers` of all. Of fixed priors nothing is drawn: they are not learned about. */
export function modelsContrasted() {
  const engines = Object.entries(MODELS).map(([name, { letter, engine, scales, rows }]) => {
    const posterior = engine();
    let seen = null;
    let kept = null;
    /** The answer, computed again only where something that this model knows of has changed. */
    return (t, settings) => {
      const asked = JSON.stringify([t, scales.map((scale) => settings[scale])]);
      if (asked === seen) return kept;
      seen = asked;
      const result = posterior(t, { ...FIXED, ...settings });
      const shown = { ...result.posterior, ...rows(result) };
      const means = Object.fromEntries(ROWS.map((row) => [row, mean(shown[row])]));
      kept = { name, letter, result: { ...result, posterior: shown }, means };
      return kept;
    };
  });
  return (t, settings) => {
    const answers = engines.map((ask) => ask(t, settings));
    const { result } = answers.find(({ name }) => name === settings.model);
    const prior = result.posterior.mu ? result.prior : {};
    return { ...result, prior, likelihood: {}, references: {}, answers };
  };
}
