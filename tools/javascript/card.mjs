// Draws pictures for previews while the book is built: `node card.mjs FONT one.svg one.png two.svg two.png …`.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

const [font, ...files] = process.argv.slice(2);
await initWasm(readFileSync(fileURLToPath(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"))));
const options = { font: { fontBuffers: [readFileSync(font)], defaultFontFamily: "DejaVu Sans" } };
for (let i = 0; i < files.length; i += 2) {
  writeFileSync(files[i + 1], new Resvg(readFileSync(files[i], "utf8"), options).render().asPng());
}
