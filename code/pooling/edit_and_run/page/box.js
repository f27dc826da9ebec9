// Loaded with the first click on Run: Python, and what is told of its answers. assets/run.js has the editor.
import { compared, picture, tell, warning } from "./answer.js";
import { changes } from "./changes.js";
import { loadPacks } from "./packs.js";
import { createProcess, Stopped } from "./process.js";

const here = new URL(".", document.currentScript.src).href;
const python = createProcess((progress) => loadPacks(here, SIZES, progress)); // SIZES comes with the build
const asPrinted = new Map(); // the answers of the programs as they are printed, by stem
let busy = null; // the box that waits for Python

const part = (box, name) => box.querySelector(`[data-part="${name}"]`);

function say(box, words) {
  part(box, "status").textContent = words;
}

/** An error in its own words, with its line marked in the editor. */
function complain(box, words, line) {
  part(box, "error").textContent = words;
  globalThis.poolingRun.mark(box, line);
}

function showChanges(box, printed, program) {
  const list = changes(printed, program);
  const place = part(box, "changes");
  place.replaceChildren();
  place.parentElement.hidden = !list.length;
  for (const [sign, line, number] of list) {
    const row = document.createElement(sign === "-" ? "del" : "ins");
    row.textContent = `${sign === "-" ? "−" : "+"} ${number}: ${line}`;
    place.append(row);
  }
}

function showPrinted(box, text) {
  const place = part(box, "printed");
  place.textContent = text;
  place.hidden = !text;
}

async function run(box, { stem, asked, questions, printed }, program) {
  if (busy) return;
  busy = box;
  globalThis.poolingRun.running(box, true);
  complain(box, "", null);
  const progress = part(box, "progress");
  const loading = (share) => {
    progress.hidden = share === 1;
    progress.value = share;
    say(box, share === 1 ? "Python starts …" : "Fetching Python …");
  };
  try {
    say(box, "Running …");
    const answer = await python.ask(program, asked, loading);
    say(box, "Running …");
    showPrinted(box, answer.printed);
    if (answer.error) {
      say(box, "An error, below.");
      complain(box, answer.error, answer.line);
      return;
    }
    if (program.trim() === printed.trim()) asPrinted.set(stem, answer.answers);
    if (!asPrinted.has(stem)) asPrinted.set(stem, (await python.ask(printed, asked, loading)).answers);
    const rows = compared(questions, answer.answers, asPrinted.get(stem));
    tell(part(box, "numbers"), rows);
    showChanges(box, printed, program);
    const pictures = part(box, "pictures");
    picture(pictures, rows);
    box.redraw = () => picture(pictures, rows);
    say(box, `Ran in ${answer.seconds < 0.095 ? "less than 0.1" : answer.seconds.toFixed(1)} s.`);
    complain(box, warning(rows), null);
  } catch (error) {
    const stopped = error instanceof Stopped;
    say(box, stopped ? "Stopped. Run starts again." : "An error, below.");
    if (!stopped)
      complain(box, `Python ended: ${error.message}\nYour program is still here; Run starts again.`, null);
  } finally {
    progress.hidden = true;
    busy = null;
    globalThis.poolingRun.running(box, false);
  }
}

let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  for (const box of document.querySelectorAll(".pooling-run")) box.redraw?.();
});

Object.assign(globalThis.poolingRun, { run, stop: () => python.stop() });
