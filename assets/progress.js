// Progress: which pages were opened, and which of a chapter's quick checks were answered right, beside each page in
// the sidebar. It is kept in this browser only; where a browser keeps nothing the sidebar stands as it is.

{
  const STORE = "progress";
  const { element, keep, kept, page, root } = globalThis.poolingPage;
  const sidebar = document.querySelector("#pst-primary-sidebar nav.bd-links");

  /** The links of the contents, by page. */
  const links = new Map(
    [...(sidebar?.querySelectorAll("a.reference.internal") ?? [])].map((link) => {
      const path = link.getAttribute("href");
      const address = new URL(path === "#" ? location.href : path, location.href).href;
      return [address.slice(root.length).replace(/[?#].*/, ""), link];
    }),
  );

  /** The questions of this page, by their number: how many there are, and which were answered right. */
  function note(change = {}) {
    const all = kept(STORE);
    const questions = document.querySelectorAll(".pooling-check fieldset").length;
    const right = { ...all[page]?.right, ...change };
    all[page] = { questions, right };
    return keep(STORE, all);
  }

  const rightOf = ({ questions, right }) =>
    Math.min(questions, Object.values(right).filter((one) => one === true).length);

  /** What is said beside a page: a sign with a number, and the same in words for those who hear it. */
  function mark(visit) {
    const right = rightOf(visit);
    const done = right === visit.questions;
    const sign = visit.questions ? `${done ? "✓" : "○"} ${right}/${visit.questions}` : "✓";
    const words = visit.questions ? `visited, ${right} of ${visit.questions} questions right` : "visited";
    return element(
      "span",
      { className: "pooling-progress", title: words },
      element("span", { className: "pooling-progress-sign", ariaHidden: "true", textContent: sign }),
      element("span", { className: "visually-hidden", textContent: ` (${words})` }),
    );
  }

  function clear() {
    keep(STORE, {});
    draw();
  }

  function summary(visits) {
    const asked = visits.reduce((sum, visit) => sum + visit.questions, 0);
    const right = visits.reduce((sum, visit) => sum + rightOf(visit), 0);
    const pages = `${visits.length} of ${links.size} pages visited`;
    const questions = asked ? `, ${right} of their ${asked} questions right` : "";
    const button = element("button", { type: "button", textContent: "Clear progress" });
    button.addEventListener("click", clear);
    return element(
      "div",
      { className: "pooling-progress-all" },
      element("p", { textContent: `${pages}${questions}. Kept in this browser only.` }),
      button,
    );
  }

  function draw() {
    const all = kept(STORE);
    for (const old of document.querySelectorAll(".pooling-progress, .pooling-progress-all")) old.remove();
    const visited = [...links].filter(([address]) => all[address]);
    for (const [address, link] of visited) link.append(mark(all[address]));
    if (visited.length) sidebar.append(summary(visited.map(([address]) => all[address])));
  }

  if (links.has(page) && note()) {
    draw();
    document.addEventListener("pooling-answered", ({ detail: { number, right } }) => {
      note({ [number]: right });
      draw();
    });
    window.addEventListener("storage", draw); // another page of the book, beside this one
  }
}
