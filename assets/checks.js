// Quick checks: three questions a chapter, with a word to every choice. Without a script they are a list and a fold
// of answers in the same order; here each becomes a group of radio buttons that answers at once.

{
  const { element } = globalThis.poolingPage;

  const items = (of, list) => [...(of?.querySelectorAll(`:scope > ${list} > li`) ?? [])];

  /** What stands in an item, without its lists: a copy without ids, which the page has already. */
  function words(item) {
    const copy = item.cloneNode(true);
    for (const list of copy.querySelectorAll(":scope > ul")) list.remove();
    for (const one of copy.querySelectorAll("[id]")) one.removeAttribute("id");
    const inside = copy.children.length === 1 && copy.firstElementChild.tagName === "P";
    return [...(inside ? copy.firstElementChild : copy).childNodes];
  }

  /** One question: its words, a button for each choice, and what is to be said to the one that is chosen. */
  function ask(question, answers, number) {
    const name = `pooling-check-${number}`;
    const told = element("output", { className: "pooling-check-told" });
    const choices = items(question, "ul").map((choice, k) => {
      const input = element("input", { type: "radio", name });
      input.addEventListener("change", () => {
        told.replaceChildren(...words(answers[k]));
        const right = told.textContent.startsWith("Yes");
        told.dataset.right = String(right);
        told.dispatchEvent(new CustomEvent("pooling-answered", { bubbles: true, detail: { number, right } }));
      });
      return element("label", {}, input, element("span", {}, ...words(choice)));
    });
    const legend = element("legend", {}, `${number}. `, ...words(question));
    question.replaceChildren(element("fieldset", {}, legend, ...choices, told));
  }

  for (const check of document.querySelectorAll(".pooling-check")) {
    const fold = check.querySelector("details");
    const answers = items(fold?.querySelector(":scope > div"), "ol");
    items(check, "ol").forEach((question, k) => {
      ask(question, items(answers[k], "ul"), k + 1);
    });
    fold?.classList.add("pooling-check-answers"); // for paper
  }
}
