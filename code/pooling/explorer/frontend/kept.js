// What an engine makes once for its data and keeps, so that `compute(settings, data)` need not make it again.

/** `make(data)` is called for each object of data once; what is returned gives what was made. */
export function keptFor(make) {
  const kept = new WeakMap();
  return (data) => {
    if (!kept.has(data)) kept.set(data, make(data));
    return kept.get(data);
  };
}
