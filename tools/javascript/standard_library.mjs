// Prints the modules in use once every program has run: node standard_library.mjs URL_OF_PYTHON_JS ARCHIVE PROGRAMS
import { readFile } from "node:fs/promises";
import { loadPyodide } from "pyodide";

const [start, archive, programs] = process.argv.slice(2);
const { startPython } = await import(start);
const python = await startPython(loadPyodide, {}, new Uint8Array(await readFile(archive)));
for (const { program, asked } of JSON.parse(await readFile(programs, "utf8"))) python.run(program, asked);
console.log(python.modules().join("\n"));
