// Reading and computing, off the page's own thread: the explorer's text is run once more in a worker, and answers there.
import { decoded } from "./bytes.js";
import { read, stages } from "./engine.js";

const SHOWN = 4000; // letters of a file that the page is given to show
const FEW = 200; // groups whose ranks do not take long: their first numbers come with them
const pause = () => new Promise((go) => setTimeout(go, 0));

/** What answers questions by `post`: a question { id, text | bytes | nothing new, header, kind, roles, decimal, priors }. */
function createAnswers(post) {
  let [text, last] = ["", 0];

  function taken({ id, text: given, bytes }) {
    if (given !== undefined) text = given;
    if (!bytes) return;
    const file = decoded(bytes);
    text = file.text;
    const whole = text.length <= SHOWN * 10;
    post({
      id,
      stage: "file",
      encoding: file.encoding,
      shown: whole ? text : text.slice(0, SHOWN),
      size: text.length,
      whole,
    });
  }
  async function answer(question) {
    const { id } = question;
    const { table, kind, roles } = read({ ...question, text });
    const { names, rows, header, mark, wide } = table;
    post({ id, stage: "table", names, rows, header, mark, wide, kind, roles });
    for (const one of stages({ ...question, table, kind, roles })) {
      if (one.stage !== "numbers" || one.groups.names.length > FEW) post({ id, ...one });
      await pause(); // so that a newer question is heard
      if (id !== last) return;
    }
  }
  return async (question) => {
    last = question.id;
    await pause();
    try {
      taken(question);
      if (question.id === last) await answer(question);
    } catch (error) {
      const expected = error instanceof RangeError;
      post({
        id: question.id,
        stage: "error",
        words: expected ? error.message : `This table was not understood (${error.message}).`,
      });
    }
  };
}

const isWorker = typeof WorkerGlobalScope !== "undefined";
if (isWorker) {
  const answers = createAnswers((told) => globalThis.postMessage(told));
  globalThis.addEventListener("message", ({ data }) => answers(data));
  globalThis.postMessage({ stage: "ready" });
}

/**
 * Ask, and `hear` each stage of the last question's answer. `source` is the explorer's own text: a module worker from a
 * `data:` address runs on a page that was opened from a folder, too. Where there can be none, the page computes itself.
 */
export function createAnalyst(source, hear) {
  let [worker, page, asked] = [null, null, { id: 0 }];
  const heard = (told) => told.id === asked.id && hear(told);
  const alone = () => {
    worker?.terminate();
    worker = null;
    page ??= createAnswers(heard);
    if (asked.id) page(asked);
  };
  try {
    worker = new Worker(`data:text/javascript;charset=utf-8,${encodeURIComponent(source)}`, {
      type: "module",
    });
    worker.addEventListener("message", ({ data }) => heard(data));
    worker.addEventListener("error", alone);
  } catch {
    alone();
  }
  return {
    ask(question) {
      const table =
        "text" in question || "bytes" in question ? question : { text: asked.text, bytes: asked.bytes };
      asked = { ...table, ...question, id: asked.id + 1 };
      if (worker)
        worker.postMessage(
          "text" in question || "bytes" in question ? asked : { ...asked, text: undefined, bytes: undefined },
        );
      else page(asked);
    },
    stop: () => worker?.terminate(),
  };
}
