// What follows the pointer.

/** The nearest value on a control's steps, within its range. */
export const onto = ({ min, max, step }, value) => Math.min(max, Math.max(min, Math.round(value / step) * step));

/** From this pointerdown until the pointer is let go, `move` hears of it; `marked` is seen to be held. */
export function carry(event, move, marked = event.currentTarget) {
  event.preventDefault();
  const target = event.currentTarget;
  const drop = () => {
    target.removeEventListener("pointermove", move);
    marked.classList.remove("pe-held");
  };
  target.setPointerCapture(event.pointerId);
  marked.classList.add("pe-held");
  target.addEventListener("pointermove", move);
  target.addEventListener("lostpointercapture", drop, { once: true });
}

/** A point is held: `set` hears where on the scale it should be, so that it stays under the finger. */
export function follow(event, { scale, value, set }) {
  if (event.button !== 0) return;
  const start = event.clientX - scale(value);
  carry(event, ({ clientX }) => set(scale.invert(clientX - start)));
}
