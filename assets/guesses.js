// Guesses: where the text asks for a number the reader writes one, and has it compared with the chapter's own. What
// was guessed stays in this browser: it stands again at the end of the chapter, and on the front page as a list.

{
  const STORE = "guesses"; // { page: { title, guesses: { name: { label, guess, answer } } } }
  const MINUS = "−";
  const { element, page, root } = globalThis.poolingPage;
  const isFront = /(^|\/)(index\.html)?$/.test(page);
  const kept = () => globalThis.poolingPage.kept(STORE);
  const keep = (all) => globalThis.poolingPage.keep(STORE, all);

  /** A number as somebody writes it, "−3,5" too, or NaN. */
  const read = (text) => {
    const plain = text.trim().replace(MINUS, "-").replace(",", ".");
    return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
  };
  const written = (number, digits) =>
    number
      .toFixed(digits)
      .replace(/^-(?=0\.?0*$)/, "")
      .replace("-", MINUS);
  const digitsOf = (answer) => (answer.split(".")[1] ?? "").length;

  /** What the difference is, in words. */
  function difference(guess, answer) {
    const digits = digitsOf(answer);
    const off = guess - read(answer);
    const size = written(Math.abs(off), digits);
    if (Number(size) === 0) return "the same";
    return `${size} too ${off > 0 ? "high" : "low"}`;
  }

  /** One question: its label, a place to write, a button, and what comes of it. */
  function ask(place) {
    const { guess: name, label, says } = place.dataset;
    const answer = place.textContent.trim().replace("-", MINUS);
    const told = element("output", { className: "pooling-guess-told" });
    const input = element("input", { type: "text", autocomplete: "off", size: 6 });
    const button = element("button", { type: "button", textContent: "Compare" });

    function tell(guess) {
      const off = difference(guess, answer);
      const values = [
        ["you", "You", written(guess, Math.max(digitsOf(answer), digitsOf(String(guess))))],
        ["answer", "the chapter", answer],
        ["difference", "difference", off],
      ];
      told.replaceChildren(
        ...values.map(([of, title, value]) => {
          const one = element("b", { textContent: value });
          one.dataset.of = of;
          return element("span", {}, `${title}: `, one);
        }),
      );
      if (says && off !== "the same") {
        const link = element("a", { href: says, textContent: "What may be behind it" });
        link.addEventListener("click", () => document.querySelector(says)?.setAttribute("open", ""));
        told.append(link);
      }
    }

    function compare() {
      const guess = read(input.value);
      input.setAttribute("aria-invalid", String(Number.isNaN(guess)));
      if (Number.isNaN(guess)) {
        told.textContent = input.value.trim()
          ? `“${input.value.trim()}” is not a number. Write one such as ${MINUS}3.5.`
          : `Write a number first, such as ${MINUS}3.5.`;
        input.focus();
        return;
      }
      tell(guess);
      note(guess);
      list();
    }

    function note(guess) {
      const all = kept();
      all[page] ??= { title: title(), guesses: {} };
      all[page].guesses[name] = { label, guess, answer };
      keep(all);
    }

    button.addEventListener("click", compare);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") compare();
    });
    place.replaceChildren(element("label", {}, `${label} `, input), " ", button, " ", told);
    place.hidden = false;
    const before = kept()[page]?.guesses[name]?.guess;
    if (before !== undefined) {
      input.value = written(before, digitsOf(String(before)));
      tell(before);
      note(before); // the chapter may have another answer since
    }
    place.addEventListener("pooling-cleared", () => {
      input.value = "";
      told.replaceChildren();
    });
  }

  const title = () => document.querySelector("h1")?.firstChild?.textContent.trim() ?? document.title;

  /** The guesses of one page, as rows of a table. */
  function rows({ guesses }) {
    return Object.values(guesses).map(({ label, guess, answer }) => {
      const cells = [written(guess, digitsOf(String(guess))), answer, difference(guess, answer)];
      return element(
        "tr",
        {},
        element("th", { scope: "row", textContent: label }),
        ...cells.map((textContent) => element("td", { textContent })),
      );
    });
  }

  function table(of) {
    const head = ["", "you", "chapter", "difference"].map((textContent) =>
      element("th", { scope: "col", textContent }),
    );
    return element(
      "table",
      { className: "table" },
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...rows(of)),
    );
  }

  /** What was guessed: on the front page all of it, else what belongs to this page. */
  function list() {
    const article = document.querySelector("article");
    article?.querySelector(".pooling-guesses")?.remove();
    const all = kept();
    const pages = Object.keys(all).filter((one) => isFront || one === page);
    if (!article || !pages.length) return;
    const clear = element("button", {
      type: "button",
      textContent: isFront ? "Clear all guesses" : "Clear these guesses",
    });
    clear.addEventListener("click", () => {
      const left = kept();
      for (const one of pages) delete left[one];
      keep(left);
      for (const place of document.querySelectorAll(".pooling-guess"))
        place.dispatchEvent(new Event("pooling-cleared"));
      list();
    });
    const section = element(
      "section",
      { className: "pooling-guesses" },
      element("h2", { textContent: "Your guesses" }),
    );
    for (const one of pages.sort()) {
      if (isFront)
        section.append(element("h3", {}, element("a", { href: root + one, textContent: all[one].title })));
      section.append(table(all[one]));
    }
    const note = "They are kept in this browser only, and sent nowhere. ";
    section.append(element("p", {}, note, clear));
    article.append(section);
  }

  for (const place of document.querySelectorAll(".pooling-guess")) ask(place);
  list();
}
