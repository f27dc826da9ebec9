// Settings to try, a button each; what a preset does not name is as at the start.
import { element, put } from "./draw.js";

export function createPresets(root, { presets, write }) {
  if (!presets.length) return () => {};
  const box = element("div", { class: "pe-presets", role: "group", "aria-label": "Settings to try" }, root);
  element("span", { "aria-hidden": "true" }, box, "Try:");
  const buttons = presets.map(({ name, label, settings }) => {
    const button = element("button", { type: "button", "data-preset": name }, box, label);
    button.addEventListener("click", () => write(settings));
    return button;
  });
  const same = (wanted, now) =>
    Object.keys(wanted).every((name) => JSON.stringify(wanted[name]) === JSON.stringify(now[name]));
  /** Which of them is set is seen, and heard. */
  return (now) =>
    presets.forEach(({ settings }, n) => put(buttons[n], { "aria-pressed": same(settings, now) }));
}
