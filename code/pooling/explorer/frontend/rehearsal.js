// A browser compiles what runs often, so the first moves of a slider would be slow ones. What a redraw runs is
// therefore run while the page is idle, before the reader moves anything.
const [TIMES, MOST] = [60, 1500]; // how often, and ms of it in all

/** Of `move(k)`, k = 0, 1, …, as if something had been moved, and `back`, after which all is as it was. */
export function createRehearsal(move, back) {
  let [k, spent, waiting] = [0, 0, 0];
  function next() {
    waiting = k < TIMES && spent < MOST ? window.requestIdleCallback(run) : 0;
  }
  function run() {
    const start = performance.now();
    move(k++);
    back();
    spent += performance.now() - start;
    next();
  }
  return {
    /** Once; not every browser can say that it is idle. */
    begin() {
      if (k === 0 && !waiting && window.requestIdleCallback) next();
    },
    end() {
      k = TIMES;
      if (waiting) window.cancelIdleCallback(waiting);
    },
  };
}
