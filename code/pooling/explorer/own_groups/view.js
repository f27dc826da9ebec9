// Chapter 18: the workbench. A table comes in, its analysis comes out; what is computed is computed in a worker.
import { element } from "../frontend/draw.js";
import { createSwatch } from "../frontend/swatches.js";
import { createBox, createColumns } from "./form.js";
import { createPlot, LEGEND, namedValue } from "./plot.js";
import { createPriors } from "./prior_form.js";
import { createFacts, createTable } from "./results.js";
import { createTakeAway } from "./take_away.js";
import { whole } from "./words.js";
import { createAnalyst } from "./worker.js";

function fold(root, words) {
  const box = element("details", { class: "pw-fold" }, root);
  element("summary", {}, box, words);
  return box;
}

/** What is said aloud and read: an error, or what to look at. */
function createVoice(root) {
  const box = element("div", { class: "pw-said", role: "status" }, root);
  return {
    say(sentences, isError = false) {
      box.replaceChildren();
      box.classList.toggle("pw-error", isError);
      if (isError) return element("p", {}, box, sentences[0]);
      if (!sentences.length) return element("p", {}, box, "Nothing to warn of.");
      const list = element("ul", {}, box);
      for (const one of sentences) element("li", {}, list, one);
    },
    wait: (words) => {
      box.classList.remove("pw-error");
      box.replaceChildren();
      element("p", {}, box, words);
    },
  };
}

function createLegend(root) {
  const list = element("ul", { class: "pe-legend", "aria-label": "Legend" }, root);
  for (const [words, marks] of LEGEND) {
    const item = element("li", {}, list);
    createSwatch(item, marks);
    element("span", {}, item, words);
  }
}

/** What an answer is shown in: `hear` takes each stage of it, `nothing` takes all numbers away. */
function createAnswer(root, { box, columns, templates, ask }) {
  const voice = createVoice(root);
  const facts = createFacts(root);
  createLegend(root);
  const stage = element("div", { class: "pe-stage" }, root);
  const plot = createPlot(stage);
  const table = createTable(root);
  const priors = createPriors(fold(root, "Priors, and what they do"), ask);
  const takeAway = createTakeAway(fold(root, "Take it away: table, picture, words, programs"), {
    svg: plot.svg,
    templates,
  });
  let [analysis, about, width] = [null, {}, 0];

  /** No number of another table stays on the page. */
  function nothing() {
    analysis = null;
    facts.clear();
    table.clear();
    takeAway(null);
    stage.hidden = true;
  }
  function draw() {
    if (!analysis || !width) return;
    stage.hidden = false;
    const { mean } = analysis;
    const order = [...analysis.groups.names.keys()].sort((a, b) => mean[b] - mean[a]);
    plot.update(analysis, order, width);
  }
  /** The last stage brings warnings, and what other priors would do: the rest is there already. */
  function tell(told) {
    analysis = { ...told, newGroup: told.newGroup ?? { mean: told.mean.at(-1), sd: told.sd.at(-1) } };
    priors.tell(analysis, namedValue(analysis.groups));
    if (told.stage !== "all") {
      facts.tell(analysis);
      table.tell(analysis);
      draw();
      return voice.wait("Counting ranks, trying other priors …");
    }
    const { wide, names } = about;
    const more =
      wide > names.length ? [`Of ${whole(wide)} columns the first ${whole(names.length)} are read.`] : [];
    voice.say([...more, ...told.warnings]);
    takeAway(analysis, { ...about, decimal: columns.now().decimal });
  }
  const heard = {
    file({ encoding, shown, size }) {
      about.encoding = encoding;
      box.show(shown, size);
    },
    table(told) {
      Object.assign(about, told);
      columns.fill(told);
      voice.wait(`${whole(told.rows)} rows. Computing …`);
    },
    error({ words }) {
      nothing();
      voice.say([words], true);
    },
  };
  return {
    hear: (told) => (heard[told.stage] ?? tell)(told),
    resetPriors: priors.reset,
    /** A new table: nothing of the last one is kept. */
    begin(file) {
      about = { file };
      priors.reset();
      nothing();
      voice.wait("Reading …");
    },
    resize(now) {
      if (!now || now === width) return;
      width = now;
      draw();
    },
  };
}

function render({ model, el }) {
  const { tables, templates } = model.get("data");
  const stem = model.get("stem");
  const root = element("div", { class: "pooling-explorer", "data-explorer": stem, role: "group" }, el);
  root.setAttribute("aria-label", "Your own groups");
  root.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab: a letter typed here makes no cell
  element(
    "p",
    { class: "pe-hint" },
    root,
    "What you paste, drop or choose stays in this browser: it is sent nowhere.",
  );
  const box = createBox(root, { examples: model.get("presets"), given, pick });
  const columns = createColumns(root, choose);
  const answer = createAnswer(root, { box, columns, templates, ask });
  const analyst = createAnalyst(model.get("_esm"), answer.hear);
  let asked = {}; // what is not as it looks: columns, marks, priors

  function start(source, file, known = {}) {
    asked = known;
    columns.reset();
    answer.begin(file);
    analyst.ask({ ...asked, ...source });
  }
  function given({ text, bytes, file, refused }) {
    start(bytes ? { bytes } : { text }, file ?? "table.csv");
    if (refused) answer.hear({ stage: "error", words: refused });
  }
  function pick(name) {
    const { text, kind, roles } = tables[name];
    box.show(text);
    box.pressed(name);
    model.set("table", name);
    model.save_changes();
    start({ text }, `${name}.csv`, { kind, roles });
  }
  /** Columns, or how they are read; where the first row is another, all columns are guessed again. */
  function choose(chosen) {
    asked = { ...chosen };
    answer.resetPriors();
    analyst.ask(asked);
  }
  function ask(priors) {
    asked = { ...asked, priors: priors ?? {} };
    analyst.ask(asked);
  }

  const size = new ResizeObserver(() => answer.resize(Math.floor(root.clientWidth)));
  size.observe(root);
  pick(model.get("table"));
  document.documentElement.classList.add("explorer-live");
  return () => {
    size.disconnect();
    analyst.stop();
  };
}

export default { render };
