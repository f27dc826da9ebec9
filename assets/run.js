// Edit and run: the editor under a printed program. Python itself comes with the first Run (run/box.js); until then
// a page has only this. What the reader writes stays in this browser.

{
  const STORE = "programs"; // { stem: program }, of those that were changed
  const INDENT = "    ";
  const { kept, keep, root } = globalThis.poolingPage;
  const part = (box, name) => box.querySelector(`[data-part="${name}"]`);
  const editor = (box) => box.querySelector("textarea");
  let loaded = null;

  const load = () => {
    loaded ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${root}_static/run/box.js`;
      script.onload = resolve;
      script.onerror = () => {
        loaded = null;
        reject();
      };
      document.head.append(script);
    });
    return loaded;
  };

  /** Write as a hand would, so that the editor's undo takes it back. */
  function write(area, text, from, to) {
    area.focus();
    area.setSelectionRange(from, to);
    if (document.execCommand("insertText", false, text)) return;
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new Event("input"));
  }

  /** Bring a line into view. */
  function show(area, line) {
    area.scrollTop = (line - 3) * Number.parseFloat(getComputedStyle(area).lineHeight);
  }

  function note(stem, program, printed) {
    const all = kept(STORE);
    if (program === printed) delete all[stem];
    else all[stem] = program;
    keep(STORE, all);
  }

  /** Tab indents, as many lines as are selected; after Escape it leaves the editor, as everywhere. */
  function indent(area, event) {
    const { value, selectionStart: from, selectionEnd: to } = area;
    const first = value.lastIndexOf("\n", from - 1) + 1;
    if (from === to && !event.shiftKey) write(area, INDENT, from, to);
    else {
      const lines = value.slice(first, to);
      const moved = event.shiftKey ? lines.replace(/^ {1,4}/gm, "") : lines.replace(/^(?=.)/gm, INDENT);
      write(area, moved, first, to);
      area.setSelectionRange(from === to ? area.selectionEnd : first, first + moved.length);
    }
  }

  function prepare(box) {
    const area = editor(box);
    const stem = box.dataset.program;
    const about = JSON.parse(box.querySelector("script").textContent);
    const printed = area.value;
    const settings = { stem, printed, ...about };
    const [run, stop, reset] = ["run", "stop", "reset"].map((name) => part(box, name));
    area.value = kept(STORE)[stem] ?? printed;
    /** Reset is there once there is something to reset. */
    const offer = () => {
      reset.hidden = area.value === printed;
    };
    offer();

    let leaving = false;
    area.addEventListener("keydown", (event) => {
      if (event.key === "Tab" && !leaving) {
        event.preventDefault();
        indent(area, event);
      } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        run.click();
      }
      if (event.key !== "Shift") leaving = event.key === "Escape";
    });
    area.addEventListener("input", () => {
      globalThis.poolingRun.mark(box, null);
      note(stem, area.value, printed);
      offer();
    });
    run.addEventListener("click", async () => {
      part(box, "status").textContent = "Loading …";
      try {
        await load();
      } catch {
        part(box, "status").textContent = "";
        part(box, "error").textContent = "The page could not fetch what runs programs. Is the network there?";
        return;
      }
      globalThis.poolingRun.run(box, settings, area.value);
    });
    stop.addEventListener("click", () => globalThis.poolingRun.stop());
    reset.addEventListener("click", () => {
      write(area, printed, 0, area.value.length);
      part(box, "status").textContent = "The program is as printed again.";
    });
    for (const button of box.querySelectorAll("[data-edit]"))
      button.addEventListener("click", () => {
        const there = ([before]) => area.value.split(before).length === 2;
        if (!about.edits[button.dataset.edit].every(there)) {
          part(box, "status").textContent = "The lines that this changes are no longer there: Reset first.";
          return;
        }
        let program = area.value;
        for (const [before, after] of about.edits[button.dataset.edit])
          program = program.replace(before, () => after);
        write(area, program, 0, area.value.length);
        const [before, after] = about.edits[button.dataset.edit][0];
        const at = program.indexOf(after || before);
        if (at >= 0) {
          area.setSelectionRange(at, at + after.length);
          show(area, program.slice(0, at).split("\n").length);
        }
        part(box, "status").textContent = `Written: ${button.textContent}. Run it.`;
      });
    box.hidden = false;
  }

  globalThis.poolingRun = {
    /** Mark a line of the editor, or none, and bring it into view. */
    mark(box, line) {
      const area = editor(box);
      area.style.setProperty("--line", line ?? 0);
      area.toggleAttribute("data-marked", Boolean(line));
      if (line) show(area, line);
    },
    running(box, now) {
      const [run, stop] = [part(box, "run"), part(box, "stop")];
      const [leaving, coming] = now ? [run, stop] : [stop, run];
      const had = document.activeElement === leaving; // a button that is no longer one loses the focus
      run.disabled = now;
      stop.disabled = !now;
      if (had) coming.focus();
    },
  };
  for (const box of document.querySelectorAll(".pooling-run")) prepare(box);
}
