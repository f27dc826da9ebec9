// The worker: Python away from the page, so that a program that never ends can be stopped.
import { startPython } from "./python.js";

const PLACE = "in-page://python/"; // there is no such place: all of it has come with the message
const TYPES = { "pyodide.asm.wasm": "application/wasm", "python_stdlib.zip": "application/zip" };

const address = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

async function start(files) {
  const { fetch } = globalThis;
  globalThis.fetch = async (request, options) => {
    const name = String(request.url ?? request)
      .split("/")
      .at(-1);
    if (!(name in TYPES)) return fetch(request, options);
    return new Response(files[name], { headers: { "Content-Type": TYPES[name] } });
  };
  const { loadPyodide } = await import(address(files["pyodide.mjs"]));
  const options = {
    indexURL: PLACE,
    packageBaseUrl: PLACE,
    lockFileContents: files["pyodide-lock.json"],
    createPyodideModule: async (settings) =>
      (await import(address(files["pyodide.asm.mjs"]))).default(settings),
  };
  const python = await startPython(loadPyodide, options, files["modules.zip"]);
  globalThis.fetch = fetch;
  return python;
}

let python = null;
globalThis.onmessage = async ({ data: { files, program, asked } }) => {
  try {
    if (files) python = await start(files);
    postMessage(files ? { ready: true } : python.run(program, asked));
  } catch (error) {
    postMessage({ failed: String(error) });
  }
};
