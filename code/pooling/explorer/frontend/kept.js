// What an engine makes once for its data and keeps, so that `compute(settings, data)` need not make it again.

/** `make(data)` is called for each object of data once; what is returned gives what was made. */
export function keptFor(make) {
  const kept = new WeakMap();
  return (data) => {
    if (!kept.has(data)) kept.set(data, make(data));
    return kept.get(data);
  };
}

/** Keeps what was made last: `kept(on, make)` makes it anew if something that it depends on, a list, is otherwise. */
export function keptLast() {
  let last = { on: [], made: null };
  return (on, make) => {
    const same = on.length === last.on.length && on.every((one, k) => Object.is(one, last.on[k]));
    if (!same) last = { on, made: make() };
    return last.made;
  };
}
