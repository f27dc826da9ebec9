// The front page: three departments given the spread that the dial says, and with the spread learned. Minutes; scales
// are sds.
import { knownSe } from "../exact/known_se.js";
import { halfCauchy, normal } from "../exact/priors.js";
import { quantiles } from "../exact/quantiles.js";

export const DEPARTMENTS = ["GOVERNMENT", "ENGLISH", "MATH"];
const SE = [15, 15, 15];
const MU = normal(0, 10);
const TAU = halfCauchy(3);

/** theta and mu given tau, `given`, and with tau learned, `learned`; its median. */
export function compute(settings) {
  const t = DEPARTMENTS.map((name) => settings[`t[${name}]`]);
  const learned = knownSe(t, SE, { mu: MU, tau: TAU });
  return {
    given: knownSe(t, SE, { mu: MU, tau: settings.tau }),
    learned,
    tau: quantiles(learned.mixture, "tau", [0.5])[0],
  };
}

/** A number that the page tells. */
export function number({ given, learned, tau }, quantity) {
  const [, kind, name] = /^(\w+):(?:tau|theta\[(\w+)\])$/.exec(quantity);
  if (kind === "median") return tau;
  return { mean: given, learned }[kind].theta[DEPARTMENTS.indexOf(name)].mean;
}
