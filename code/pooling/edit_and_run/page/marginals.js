// From the array that a program answers with to what is told and drawn of it: a marginal for each parameter.

/**
 * `question` { name, axes: ["of", "theta"], labels } and its answer { axes: [[…], …], values }, in rows; returns
 * [{ quantity: "theta[MATH]", parameter: "theta", of: "MATH", values, probability }, …].
 * An answer that has no parameter's axis is one of probabilities: { quantity, parameter, of, chance }.
 */
export function marginals({ name, axes, labels }, { axes: points, values }) {
  const of = axes.indexOf("of");
  const rows = of < 0 ? [""] : labels;
  const parameters = axes.map((axis, at) => [axis, at]).filter(([axis]) => axis !== "of");
  const strides = points.map((_, at) => points.slice(at + 1).reduce((size, { length }) => size * length, 1));
  const called = (parameter, label) => (label ? `${parameter}[${label}]` : parameter);
  if (!parameters.length)
    return rows.map((label, row) => ({
      quantity: called(name, label),
      parameter: name,
      of: label,
      chance: values[row] ?? Number.NaN,
    }));
  return parameters.flatMap(([parameter, at]) =>
    rows.map((label, row) => {
      const probability = new Float64Array(points[at].length);
      values.forEach((value, place) => {
        if (of >= 0 && Math.floor(place / strides[of]) % points[of].length !== row) return;
        probability[Math.floor(place / strides[at]) % points[at].length] += value ?? Number.NaN;
      });
      return { quantity: called(parameter, label), parameter, of: label, values: points[at], probability };
    }),
  );
}

/** Mean and sd of a marginal, whatever its probabilities add up to. */
export function summary({ values, probability }) {
  let [mass, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    mass += probability[i];
    sum += probability[i] * values[i];
  }
  const mean = sum / mass;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += probability[i] * (values[i] - mean) ** 2;
  return { mass, mean, sd: Math.sqrt(squares / mass) };
}

/** Probability per unit: each point stands for the cell about it. */
export function density({ values, probability }) {
  const last = values.length - 1;
  const edge = (i) => (values[i] + values[i + 1]) / 2;
  return probability.map((p, i) => {
    const left = i ? edge(i - 1) : 2 * values[0] - edge(0);
    const right = i < last ? edge(i) : 2 * values[last] - edge(last - 1);
    return p / (right - left);
  });
}
