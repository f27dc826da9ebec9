// What a search has found is marked on the page that it leads to (`?marked=words`). A bar leads from mark to mark and
// takes them away, as Escape does. The marks are the browser's own (CSS Custom Highlight API): no text is cut up for
// them, so that formulas, explorers and whatever else lives on the page stay whole.

{
  const { element, root } = globalThis.poolingPage;
  const [ALL, ONE] = ["pooling-marks", "pooling-mark"];
  const WORD = /[\p{Letter}\p{Number}_]+/gu; // as Sphinx's index has them
  const NO_TEXT = "script, style, mjx-container, .pooling-explorer-box, .pooling-explorer-static";

  /** The words of an element, each with its place. */
  function* words(within) {
    const texts = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (text.parentElement.closest(NO_TEXT)) continue;
      for (const { 0: word, index } of text.data.matchAll(WORD)) yield { text, word, index };
    }
  }

  /** Where something that was asked for stands: in words of the same stem, or if there are none, within words. */
  function places(within, asked) {
    const stemmer = new Stemmer(); // Sphinx's, of language_data.js
    const stem = (word) => stemmer.stemWord(word.toLowerCase());
    const found = [...words(within)].map((place) => ({ ...place, stem: stem(place.word) }));
    const there = new Set(found.map((place) => place.stem));
    const wanted = asked.map(stem);
    const matches = (one) => wanted.some((stem) => (there.has(stem) ? one === stem : one.includes(stem)));
    return found
      .filter((place) => matches(place.stem))
      .map(({ text, word, index }) => {
        const range = new Range();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        return range;
      });
  }

  /** Mark what was asked for in an element; return the places. */
  function mark(within, asked) {
    const found = places(within, asked);
    const marked = CSS.highlights.get(ALL) ?? new Highlight();
    for (const range of found) marked.add(range);
    CSS.highlights.set(ALL, marked);
    return found;
  }

  /** Open the folds around a place and bring it before the reader's eyes. */
  function show(range) {
    const around = range.startContainer.parentElement;
    for (let fold = around.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    CSS.highlights.set(ONE, new Highlight(range));
    around.scrollIntoView({ block: "center" });
  }

  function clear(bar) {
    CSS.highlights.delete(ALL);
    CSS.highlights.delete(ONE);
    const page = document.querySelector("#main-content");
    page.tabIndex = -1;
    if (bar.contains(document.activeElement)) page.focus({ focusVisible: false });
    bar.remove();
    const address = new URL(location);
    address.searchParams.delete("marked");
    history.replaceState(history.state, "", address);
  }

  function button(label, act) {
    const made = element("button", { type: "button", textContent: label });
    made.addEventListener("click", act);
    return made;
  }

  /** The bar at the foot of the window, as long as anything is marked. */
  function bar(asked, found) {
    const told = element("span", { role: "status" });
    const made = element(
      "div",
      { className: "pooling-marks", role: "group", ariaLabel: "Marked words" },
      told,
    );
    let at = -1;
    const next = () => {
      at = (at + 1) % found.length;
      show(found[at]);
      told.textContent = `“${asked}”: ${at + 1} of ${found.length}`;
    };
    told.textContent = `“${asked}”: ${found.length} marked`;
    if (found.length) made.append(button("Next", next));
    made.append(button("Remove marks", () => clear(made)));
    return made;
  }

  const asked = new URLSearchParams(location.search).get("marked");
  if (asked && globalThis.CSS?.highlights) {
    const stems = element("script", { src: `${root}_static/language_data.js` });
    stems.addEventListener("load", () => {
      const article = document.querySelector(".bd-article");
      const shown = bar(asked, mark(article, asked.split(" ")));
      article.before(shown);
      document.addEventListener("keydown", ({ key }) => {
        if (key === "Escape" && shown.isConnected && !document.querySelector("dialog[open]")) clear(shown);
      });
    });
    document.head.append(stems);
  }

  globalThis.poolingMarks = { mark, places };
}
