// What is set: the sliders, the points on the plot, the model chosen; read from the widget's traits and written to them.
import { DEPARTMENTS } from "./engine.js";

/** A slider may come to stand at 10.000000000000002. */
const tidy = (value) => (typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value);

export function createState(model) {
  const controls = model.get("controls");
  const held = model.get("held"); // without a slider: the figure itself is their control
  const all = [...controls, ...held];

  function write(changes) {
    for (const { name, trait } of all) if (name in changes) model.set(trait, changes[name]);
    model.save_changes();
  }
  return {
    controls,
    range: (name) => all.find((one) => one.name === name),
    read: () => Object.fromEntries(all.map(({ name, trait }) => [name, tidy(model.get(trait))])),
    write,
    reset: () => write(Object.fromEntries(all.map(({ name, initial }) => [name, initial]))),
    /** Call back at every change; returns what ends that. */
    watch(changed) {
      for (const { trait } of all) model.on(`change:${trait}`, changed);
      return () => all.forEach(({ trait }) => model.off(`change:${trait}`, changed));
    },
  };
}

/** Arrivals by department: a slider each, or lists of points. */
export const arrivalsIn = (settings) => settings.t ?? DEPARTMENTS.map((name) => settings[`t[${name}]`]);

/** In words what `before` had otherwise: "tau_scale 3", "MATH 30". */
export function differences(before, now) {
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
