// What is too wide for the page scrolls in a box of its own, which fades where it goes on (course.css). The keyboard
// can reach such a box, and only then, as the theme has it for code and tables; and it has a name.
(() => {
  const BOXES =
    "div.math mjx-container, .pst-scrollable-table-container, div.cell_output .output, .bd-article pre, .pooling-run textarea";

  function name(box) {
    const number = box.closest("div.math")?.querySelector(".eqno")?.firstChild.data ?? "";
    if (box.matches("mjx-container")) return `Formula ${number}`;
    const heads = [...box.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    return heads.length ? `Table: ${heads.filter(Boolean).join(", ")}` : "Output";
  }

  function fade(box) {
    const hidden = box.scrollWidth - box.clientWidth;
    box.toggleAttribute("data-more-before", hidden > 1 && box.scrollLeft > 1);
    box.toggleAttribute("data-more-after", hidden > 1 && box.scrollLeft < hidden - 1);
  }

  function update(box) {
    fade(box);
    if (box.matches("textarea")) return; // the keyboard reaches it anyway, and it has a name
    if (box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
      box.role = "group";
      box.ariaLabel = `${name(box).trim()}, scrolls sideways`;
    } else {
      for (const given of ["tabindex", "role", "aria-label"]) box.removeAttribute(given);
    }
  }

  const sizes = new ResizeObserver((changed) => {
    for (const box of new Set(changed.map(({ target }) => target.closest(BOXES)))) update(box);
  });
  for (const box of document.querySelectorAll(BOXES)) {
    for (const one of [box, ...box.children]) sizes.observe(one);
  }
  for (const type of ["scroll", "input"])
    document.addEventListener(type, ({ target }) => target.matches?.(BOXES) && fade(target), true);
  // A browser may not measure what is folded up (until 2025 most did not): have the theme measure its boxes again.
  document.addEventListener("toggle", () => window.dispatchEvent(new Event("resize")), true);
})();

// Paper is white: a page that is dark is printed as if it were light.
{
  const page = document.documentElement;
  let theme;
  window.addEventListener("beforeprint", () => {
    theme = page.dataset.theme;
    page.dataset.theme = "light";
  });
  window.addEventListener("afterprint", () => {
    page.dataset.theme = theme;
  });
}
