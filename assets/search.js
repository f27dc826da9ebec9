// The search page. Sphinx's searchtools.js looks the words up; this shows what it found: each page once, the best
// first, with the places whose names match and a line of its text. The links ask for marks (marks.js).

{
  const { element } = globalThis.poolingPage;
  const { mark, places } = globalThis.poolingMarks;
  const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

  /** What was found, by page. Sphinx calls a part of a page "Page > Part", and the page itself too if it is numbered. */
  function byPage(results) {
    const pages = new Map();
    for (const [name, title, anchor] of results) {
      const [, own, part] = parsed(title).body.textContent.match(/^(.*?)(?: > (.*))?$/s);
      const isPart = Boolean(part && anchor);
      if (!pages.has(name)) pages.set(name, { name, title: own, anchor: isPart ? "" : anchor, parts: [] });
      if (isPart) pages.get(name).parts.push({ title: part.trim().replace(/^\((.*)\)$/, "$1"), anchor });
    }
    return [...pages.values()];
  }

  /** The line of a page where the words stand first, in its text if they do. */
  async function line(address, words) {
    const page = parsed(await (await fetch(address)).text());
    for (const link of page.querySelectorAll(".headerlink")) link.remove();
    const found = places(page.querySelector(".bd-article"), words);
    const inText = ({ startContainer }) => !startContainer.parentElement.closest("svg, pre");
    const first = found.find(inText) ?? found[0];
    if (!first) return "";
    const block = first.startContainer.parentElement.closest("p, li, dd, td, th, pre, h1, h2, h3, h4, div");
    const before = new Range();
    before.setStart(block, 0);
    before.setEnd(first.startContainer, first.startOffset);
    const at = before.toString().length;
    const text = block.textContent.slice(Math.max(0, at - 100), at + 140).replaceAll(/\s+/g, " ");
    return `${at > 100 ? "…" : ""}${text.trim()}${block.textContent.length > at + 140 ? "…" : ""}`;
  }

  function item({ name, title, anchor, parts }, words) {
    const address = `${name}.html`;
    const marked = new URLSearchParams({ marked: words.join(" ") });
    const link = (text, to) => element("a", { href: `${address}?${marked}${to}`, textContent: text });
    const made = element("li", {}, link(title, anchor));
    const list = element("ul", {}, ...parts.map((part) => element("li", {}, link(part.title, part.anchor))));
    if (parts.length) made.append(list);
    // A page that is read as a file may not read another.
    if (location.protocol !== "file:") {
      line(address, words).then((text) => {
        const told = element("p", { className: "context", textContent: text });
        made.append(told);
        mark(told, words);
      });
    }
    return made;
  }

  Search.query = (query) => {
    const [asked, terms, without, words, names] = Search._parseQuery(query);
    const found = byPage(Search._performSearch(asked, terms, without, words, names).reverse());
    Search.stopPulse();
    Search.title.textContent = "Search results";
    Search.output.append(...found.map((one) => item(one, [...words])));
    Search.status.role = "status";
    const pages = found.length === 1 ? "page" : "pages";
    const nothing = `Nothing found for “${query}”. A page is found if it has all the words.`;
    Search.status.textContent = found.length ? `“${query}”: found on ${found.length} ${pages}` : nothing;
  };
}
