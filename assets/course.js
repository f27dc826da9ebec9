// A formula too wide for the page scrolls in its own box. Let the keyboard reach that box, and only then,
// as the theme does for code and tables.
(() => {
  function update() {
    for (const box of document.querySelectorAll("div.math mjx-container")) {
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
      } else {
        box.removeAttribute("tabindex");
      }
    }
  }

  let waiting;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(update, 200);
  });
  // A browser may not measure what is folded up (until 2025 most did not): measure again, the theme's boxes too.
  document.addEventListener("toggle", () => window.dispatchEvent(new Event("resize")), true);
  update();
})();

// The search page reads the pages it found to show a line of each, which a browser refuses to do for files.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
