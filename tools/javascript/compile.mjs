// Compiles the modules of an archive with the page's Python: node compile.mjs ARCHIVE TARGET OPTIONS_OF_COMPILEALL
import { readFile, writeFile } from "node:fs/promises";
import { loadPyodide } from "pyodide";

const COMPILE = `
import compileall, json, pathlib, shutil
from py_compile import PycInvalidationMode

done = compileall.compile_dir(
    "/modules", ddir="/", quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH, **json.loads(options)
)
assert done, "a module cannot be compiled"
pathlib.Path(shutil.make_archive("/compiled", "zip", "/modules")).read_bytes()
`;

const [archive, target, options] = process.argv.slice(2);
// Lines are told without columns: a third of the size, and columns are asked for in the reader's program alone.
const python = await loadPyodide({ env: { HOME: "/home/pyodide", PYTHONNODEBUGRANGES: "1" } });
python.unpackArchive(new Uint8Array(await readFile(archive)), "zip", { extractDir: "/modules" });
python.globals.set("options", options);
await writeFile(target, python.runPython(COMPILE).toJs());
