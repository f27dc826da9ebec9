"""The workbench of chapter 18 in a Node process: from a text to an answer or a refusal."""

from contextlib import contextmanager

from exact_browser import prior_of
from node import answering, plain, revived
from places import ROOT

FOLDER = ROOT / "code" / "pooling" / "explorer" / "own_groups"

_PROGRAM = """
import { decoded } from "FOLDER/bytes.js";
import { read, stages } from "FOLDER/engine.js";
import { programsOf } from "FOLDER/programs.js";
import { csvOf, methods } from "FOLDER/report.js";
function answer(question) {
  const { bytes, upTo = "all", templates, file } = question;
  const text = bytes ? decoded(Uint8Array.from(bytes).buffer).text : question.text;
  const { table, kind, roles } = read({ ...question, text });
  const { names, rows, header, mark } = table;
  const told = { table: { names, rows, header, mark }, kind, roles };
  if (upTo === "table") return told;
  for (const one of stages({ ...question, table, kind, roles })) {
    Object.assign(told, one);
    if (one.stage === upTo) break;
  }
  if (upTo === "all") Object.assign(told, { csv: csvOf(told), methods: methods(told) });
  const source = { file, header, mark, names, decimal: question.decimal };
  if (templates) told.programs = programsOf(told, templates, source);
  return told;
}
""".replace("FOLDER", FOLDER.as_uri())


@contextmanager
def workbench():
    """Yield a function of a text, or bytes, and what else is asked, that returns what the page would know."""
    with answering(_PROGRAM) as ask:

        def tell(text=None, *, priors=None, **question):
            given = {name: prior_of(prior) for name, prior in (priors or {}).items()}
            asked = {name: value if name == "templates" else plain(value) for name, value in question.items()}
            return revived(ask({"text": text, "priors": given, **asked}))

        yield tell
