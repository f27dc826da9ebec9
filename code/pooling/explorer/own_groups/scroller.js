// A box in which a table that is too wide or too long is moved: it has a name, the keyboard reaches it, and it fades
// where it goes on, as all tables of the course do (assets/course.css).
import { element } from "../frontend/draw.js";

/** `words` are the heads of the table; a box that is `long` moves up and down, too. */
export function createScroller(root, words, { long = false } = {}) {
  const box = element("div", { class: long ? "pw-scroll pw-long" : "pw-scroll", role: "group" }, root);
  function fade() {
    const hidden = box.scrollWidth - box.clientWidth;
    box.toggleAttribute("data-more-before", hidden > 1 && box.scrollLeft > 1);
    box.toggleAttribute("data-more-after", hidden > 1 && box.scrollLeft < hidden - 1);
  }
  function measure() {
    const wide = box.scrollWidth > box.clientWidth;
    box.setAttribute("aria-label", `Table: ${words}${wide ? ", scrolls sideways" : ""}`);
    if (wide || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
    fade();
  }
  box.addEventListener("scroll", fade);
  const sizes = new ResizeObserver(measure);
  sizes.observe(box);
  measure();
  /** Of a table that is put into it. */
  const watch = (table) => {
    sizes.observe(table);
    return table;
  };
  return { box, watch };
}
