// Python as the page has it: started once, asked one thing at a time, stopped at any time and then started again.

const TEXTS = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide-lock.json", "worker.js"];

export class Stopped extends Error {}

/** `load(tell)` brings the files, { name: Uint8Array }, and tells how far it is, from 0 to 1. */
export function createProcess(load) {
  let loading = null; // the files, or what will be
  let worker = null;
  let waiting = null; // who waits for the worker's next message
  let interrupt = null; // what ends the question that is being asked
  let questions = 0;

  function message(content) {
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      worker.postMessage(content);
    });
  }
  function end() {
    worker?.terminate();
    worker = null;
    waiting = null;
  }
  async function bring(tell) {
    const files = await load(tell);
    for (const name of TEXTS) files[name] = new TextDecoder().decode(files[name]);
    return files;
  }
  function begin(source) {
    // From a data: address a module worker starts where the page is a file, too.
    const started = new Worker(`data:text/javascript;charset=utf-8,${encodeURIComponent(source)}`, {
      type: "module",
    });
    started.onmessage = ({ data }) => {
      if (worker !== started || !waiting || typeof data !== "object") return; // a program may post, too
      const { resolve, reject } = waiting;
      waiting = null;
      if ("failed" in data) reject(new Error(data.failed));
      else resolve(data);
    };
    started.onerror = (event) => {
      if (worker === started) waiting?.reject(new Error(event.message ?? "it has ended"));
    };
    return started;
  }
  async function answer(program, asked, tell) {
    const question = ++questions;
    if (!worker) {
      loading ??= bring(tell);
      const files = await loading.catch((error) => {
        loading = null; // the next question tries again
        throw error;
      });
      if (question !== questions) throw new Stopped("stopped");
      tell(1);
      worker = begin(files["worker.js"]);
      await message({ files });
    }
    return message({ program, asked });
  }

  return {
    /** What box.py tells of a program; an Error if Python itself ended. */
    async ask(program, asked, tell) {
      const stopped = new Promise((_, reject) => {
        interrupt = reject;
      });
      try {
        return await Promise.race([answer(program, asked, tell), stopped]);
      } catch (error) {
        questions++;
        end();
        throw error;
      }
    },
    stop: () => interrupt?.(new Stopped("stopped")),
  };
}
