// Makes the scripts of the book: node build.mjs OUTPUT_FOLDER PATH_OF_ANYWIDGET_AMD_MODULE
import { readFile } from "node:fs/promises";
import { build } from "esbuild";

const [output, anywidgetModule] = process.argv.slice(2);

// The Python package anywidget brings its front end as an AMD module that asks for @jupyter-widgets/base.
// Taking that file, and not one from npm, keeps both halves at the same version.
const anywidget = {
  name: "anywidget",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^anywidget$/ }, () => ({ path: anywidgetModule, namespace: "amd" }));
    onLoad({ filter: /./, namespace: "amd" }, async ({ path }) => ({
      contents: `
        import * as base from "@jupyter-widgets/base";
        let result;
        function define(needs, make) {
          if (needs.join() !== "@jupyter-widgets/base") throw new Error("anywidget needs " + needs);
          result = make(base);
        }
        ${await readFile(path, "utf8")}
        export default result;`,
      resolveDir: process.cwd(),
    }));
  },
};

await build({
  entryPoints: ["widgets.js", "widgets.css"],
  outdir: output,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "linked",
  alias: { "sanitize-html": "./plain-text.js" },
  loader: { ".svg": "dataurl" },
  plugins: [anywidget],
  logLevel: "warning",
});
