// What is set: the sliders, the points on the plot, a choice; read from the widget's traits and written to them.

/** "estimate[2]" is ["estimate", 2], and "y[7,2]" is ["y", 2]; "tau" is null. */
function entry(name) {
  const found = /^(\w+)\[(?:\d+,)?(\d+)\]$/.exec(name);
  return found && [found[1], Number(found[2])];
}

/** A slider may come to stand at 10.000000000000002. */
const tidy = (value) => (typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value);

export function createState(model) {
  const controls = model.get("controls");
  const held = model.get("held"); // without a slider: the figure itself is their control
  const all = [...controls, ...held];
  const presets = model.get("presets").map((one) => ({ ...one, settings: whole(one.settings) }));

  /** All settings from which the explorer starts, but these; a choice stays what it is. */
  function whole(settings) {
    const started = all.filter(({ options }) => !options).map(({ name, initial }) => [name, initial]);
    return { ...Object.fromEntries(started), ...settings };
  }

  /** Where any number may be typed, the slider grows to it, and shrinks when the number is within its range. */
  function stretch({ name, trait, min, max, most }, changes) {
    if (!most || !(name in changes)) return;
    const value = changes[name];
    model.set(`${trait}_max`, Math.max(max, Math.min(most, value)));
    if (min < 0) model.set(`${trait}_min`, Math.min(min, Math.max(-most, value)));
  }
  function write(changes) {
    for (const control of controls) stretch(control, changes);
    for (const { name, trait } of all) if (name in changes) model.set(trait, changes[name]);
    model.save_changes();
  }
  const read = () => Object.fromEntries(all.map(({ name, trait }) => [name, tidy(model.get(trait))]));
  return {
    controls,
    presets,
    /** Of a setting, or of one entry of a setting in a row, "estimate[2]": min, max, step, unit. */
    range: (name) => all.find((one) => one.name === name || one.name === entry(name)?.[0]),
    read,
    write,
    /** All settings, but the k-th of those that have steps, over and over, one step away. */
    nudged(k) {
      const settings = read();
      const stepped = all.filter(({ name, step }) => step && typeof settings[name] === "number");
      if (!stepped.length) return settings;
      const { name, min, step } = stepped[k % stepped.length];
      const [down, up] = [settings[name] - step, settings[name] + step];
      return { ...settings, [name]: down < min ? up : down };
    },
    /** Give one control its value: a setting, or an entry of one. */
    set(name, value) {
      const [row, i] = entry(name) ?? [];
      const rowed = held.find((one) => one.name === row);
      if (!rowed) return write({ [name]: value });
      return write({ [row]: model.get(rowed.trait).with(i, value) });
    },
    reset: () => write(Object.fromEntries(all.map(({ name, initial }) => [name, initial]))),
    /** Call back at every change; returns what ends that. */
    watch(changed) {
      for (const { trait } of all) model.on(`change:${trait}`, changed);
      return () => all.forEach(({ trait }) => model.off(`change:${trait}`, changed));
    },
  };
}

/** In words what `before` had otherwise: "tau_scale 3", "estimate[2] -3". */
export function differences(before, now) {
  return Object.keys(now).flatMap((name) => {
    const [was, is] = [before[name], now[name]];
    if (Array.isArray(is))
      return is.flatMap((x, i) => (x === was[i] ? [] : `${name}[${i}] ${+was[i].toFixed(1)}`));
    if (was === is) return [];
    return `${name} ${typeof was === "number" ? +was.toFixed(2) : was}`;
  });
}
