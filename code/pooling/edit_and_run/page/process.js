// Python as the page has it: started once, asked one thing at a time, stopped at any time and then started again.

const TEXTS = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide-lock.json", "worker.js"];

export class Stopped extends Error {}

/** `load(tell)` brings the files, { name: Uint8Array }, and tells how far it is, from 0 to 1. */
export function createProcess(load) {
  let files = null;
  let worker = null;
  let waiting = null; // who waits for the worker's next message

  function message(content) {
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      worker.postMessage(content);
    });
  }
  function end(reason) {
    worker?.terminate();
    worker = null;
    waiting?.reject(reason);
    waiting = null;
  }
  async function start(tell) {
    if (!files) {
      const loaded = await load(tell);
      const text = (name) => [name, new TextDecoder().decode(loaded[name])];
      files = { ...loaded, ...Object.fromEntries(TEXTS.map(text)) };
    }
    tell(1);
    // From a data: address a module worker starts where the page is a file, too.
    const source = `data:text/javascript;charset=utf-8,${encodeURIComponent(files["worker.js"])}`;
    const started = new Worker(source, { type: "module" });
    worker = started;
    worker.onmessage = ({ data }) => {
      if (worker !== started) return;
      const { resolve, reject } = waiting;
      waiting = null;
      if ("failed" in data) reject(new Error(data.failed));
      else resolve(data);
    };
    worker.onerror = (event) => end(new Error(event.message ?? "Python has ended"));
    await message({ files });
  }

  return {
    /** What box.py tells of a program; an Error if Python itself ended. */
    async ask(program, asked, tell) {
      try {
        if (!worker) await start(tell);
        return await message({ program, asked });
      } catch (error) {
        end(error);
        throw error;
      }
    },
    stop: () => end(new Stopped("stopped")),
  };
}
