// A choice among a few, as radio buttons above the drawing.
import { element } from "./draw.js";

let groups = 0; // each figure's radio buttons are a group of their own

/** For an explorer's `above`: `options` are [[value, ...words], …] of the setting `name`. */
export function createChoices(root, { name, legend, options }, state) {
  const box = element("fieldset", { "data-choice": name }, root);
  element("legend", {}, box, legend);
  groups += 1;
  const radios = options.map(([value, ...words]) => {
    const label = element("label", {}, box);
    const radio = element("input", { type: "radio", name: `pe-choice-${groups}`, value }, label);
    label.append(...words);
    radio.addEventListener("change", () => state.write({ [name]: value }));
    return radio;
  });
  return (_, settings) => radios.forEach((radio) => (radio.checked = radio.value === settings[name]));
}
