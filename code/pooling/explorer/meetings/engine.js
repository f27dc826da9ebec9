// The engine of chapters 1 to 7: the model of each, by its stem. `data` is { stem }.
import { keptFor } from "../frontend/kept.js";
import { summarise } from "../frontend/summary.js";
import { BEYOND, holds } from "./beyond.js";
import { completePooling } from "./complete_pooling.js";
import { DEPARTMENTS } from "./grid.js";
import { learnedVariance } from "./learned_variance.js";
import { modelsContrasted } from "./models_contrasted.js";
import { noPooling } from "./no_pooling.js";
import { partialPooling } from "./partial_pooling.js";

/** Each returns posterior(t, settings), which fills and returns one result; t has a number or a list a department. */
const MODELS = {
  complete_pooling: completePooling,
  no_pooling: noPooling,
  partial_pooling: partialPooling,
  hyperpriors: partialPooling,
  missing_data: partialPooling,
  learned_variance: learnedVariance,
  models_contrasted: modelsContrasted,
};
const modelOf = keptFor(({ stem }) => MODELS[stem]());

/**
 * The next result for the same data is written into the same arrays. Where the course grid is not meant for the
 * settings, the answer is exact, and the result says what is `told`.
 */
export function compute(settings, data) {
  const t = settings.t ?? DEPARTMENTS.map((name) => settings[`t[${name}]`]);
  const beyond = holds(t, settings) ? null : BEYOND[data.stem];
  return (beyond ?? modelOf(data))(t, settings);
}

/** A number that the page tells. */
export const number = (result, quantity) => result.told?.[quantity] ?? summarise(result, quantity);
