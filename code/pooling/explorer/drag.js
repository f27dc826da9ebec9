// A point that follows the pointer sideways.

/** The nearest value on a control's steps, within its range. */
export const onto = ({ min, max, step }, value) => Math.min(max, Math.max(min, Math.round(value / step) * step));

/** From this pointerdown until the pointer is let go, `set` hears where on the scale the point should be. */
export function follow(event, { scale, value, set }) {
  if (event.button !== 0) return;
  event.preventDefault();
  const point = event.currentTarget;
  const start = event.clientX - scale(value);
  const move = ({ clientX }) => set(scale.invert(clientX - start));
  const drop = () => {
    point.removeEventListener("pointermove", move);
    point.classList.remove("pe-held");
  };
  point.setPointerCapture(event.pointerId);
  point.classList.add("pe-held");
  point.addEventListener("pointermove", move);
  point.addEventListener("lostpointercapture", drop, { once: true });
}
