// What this browser keeps of a reader, and only this browser: guesses and progress, by page. Other scripts of the
// pages take it from here, so this one stands before them.

{
  // Which page this is, as an address from the front page on: the same in every place the book is put
  const root = new URL(document.documentElement.dataset.content_root ?? "./", location.href).href;
  const page = location.href.slice(root.length).replace(/[?#].*/, "") || "index.html";

  globalThis.poolingPage = {
    root,
    page,

    /** All that is kept under a name, { page: … }; nothing where a browser keeps nothing. */
    kept(name) {
      try {
        return { ...JSON.parse(localStorage.getItem(`partial-pooling:${name}`)) };
      } catch {
        return {};
      }
    },

    /** Keep it; tell whether that was possible. A browser may refuse, as private windows do. */
    keep(name, all) {
      try {
        if (Object.keys(all).length) localStorage.setItem(`partial-pooling:${name}`, JSON.stringify(all));
        else localStorage.removeItem(`partial-pooling:${name}`);
        return true;
      } catch {
        return false;
      }
    },

    /** An element with its properties and what stands in it. */
    element(name, properties = {}, ...inside) {
      const made = Object.assign(document.createElement(name), properties);
      made.append(...inside);
      return made;
    },
  };
}
