// What follows the pointer.

const EDGE = 8; // pixels

/** The nearest value on a control's steps, within its range. */
export const onto = ({ min, max, step }, value) =>
  Math.min(max, Math.max(min, Math.round(value / step) * step));

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

/** A drag beyond the ends of an axis goes on faster, so that the edge of the window is the end of the range. */
export function faster(scale, { min, max }, place) {
  const { left } = place.getBoundingClientRect();
  const [low, high] = scale.domain;
  const minute = (scale(high) - scale(low)) / (high - low);
  const [before, after] = [left + scale(low) - EDGE, window.innerWidth - EDGE - left - scale(high)];
  const speed = (far, room) => Math.max(1, (far * minute) / Math.max(room, 1));
  return (value) => {
    if (value < low) return low - (low - value) * speed(low - min, before);
    if (value > high) return high + (value - high) * speed(max - high, after);
    return value;
  };
}

/**
 * A point is held: `set` hears where on the scale it should be, so that it stays under the finger, which
 * moves it along `axis`.
 */
export function follow(event, { scale, value, set, axis = "x" }) {
  if (event.button !== 0) return;
  const place = ({ clientX, clientY }) => (axis === "x" ? clientX : clientY);
  const start = place(event) - scale(value);
  carry(event, (moved) => set(scale.invert(place(moved) - start)));
}

/** What a key does to a slider, in steps. */
export const KEYS = {
  ArrowLeft: -1,
  ArrowDown: -1,
  PageDown: -5,
  Home: -Infinity,
  ArrowRight: 1,
  ArrowUp: 1,
  PageUp: 5,
  End: Infinity,
};
