// Python with memo in it, and the stand-in where memo looks for JAX: the same in a page's worker and in Node.
import { memoKernel } from "./kernel.js";

const BEGIN = `
import sys
sys.path.insert(0, "/app")
from pooling.edit_and_run.standin.modules import install
install()
`;

/** Start it from an archive of modules (a zip); returns run(program, asked), which gives what box.py tells. */
export async function startPython(loadPyodide, options, archive) {
  globalThis.memoKernel = memoKernel;
  const python = await loadPyodide(options);
  python.unpackArchive(archive, "zip", { extractDir: "/app" });
  python.runPython(BEGIN);
  const box = python.pyimport("pooling.edit_and_run.box");
  const run = (program, asked) => JSON.parse(box.run(program, JSON.stringify(asked)));
  /** What of Python's own library is in use, by module. */
  const modules = () => python.runPython("import sys; '\\n'.join(sys.modules)").split("\n");
  return { run, modules };
}
