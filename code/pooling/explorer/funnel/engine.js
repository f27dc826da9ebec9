// One school in two coordinates, theta and z = theta / tau: posterior, contours, and a path over each.
import { contours } from "./contours.js";
import { launch } from "./leapfrog.js";
import { oneSchool } from "./school.js";

/** The shares of the posterior that the contours hold. */
export const HELD = [0.99, 0.9, 0.7, 0.4];

export function compute(settings) {
  const school = oneSchool(settings);
  const rings = { theta: contours(school.theta, HELD), z: contours(school.z, HELD) };
  return { school, rings, paths: launch(school, settings.step) };
}

/** A number that the page tells. */
export function number({ school, paths }, quantity) {
  const [kind, name] = quantity.split(":");
  return kind === "error" ? paths[name].error : school[name][kind];
}
