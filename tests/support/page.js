// A page as far as explorers use one, so that Node can show what they draw: nodes, events, frames and timers, all at
// once when they are asked for. Nothing is laid out; only the stage has a width.

const BLANKS = ["hidden", "disabled", "checked", "open"];
const escaped = (text) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

class Element {
  #attributes = new Map();
  #value = null;
  children = [];
  parent = null;
  listeners = [];

  constructor(tag) {
    this.tag = tag;
  }
  setAttribute(name, value) {
    this.#attributes.set(name, String(value));
    if (BLANKS.includes(name)) this[name] = true;
  }
  getAttribute(name) {
    return this.#attributes.get(name) ?? null;
  }
  removeAttribute(name) {
    this.#attributes.delete(name);
  }
  toggleAttribute(name, there) {
    there ? this.setAttribute(name, "") : this.removeAttribute(name);
  }
  get classList() {
    const all = new Set((this.getAttribute("class") ?? "").split(" ").filter(Boolean));
    const put = (there) => (name) => {
      there ? all.add(name) : all.delete(name);
      this.setAttribute("class", [...all].join(" "));
    };
    const toggle = (name, there = !all.has(name)) => put(there)(name);
    return { add: put(true), remove: put(false), toggle, contains: (name) => all.has(name) };
  }
  #insert(at, items) {
    for (const item of items) if (item instanceof Element) item.remove();
    this.children.splice(at, 0, ...items);
    for (const item of items) if (item instanceof Element) item.parent = this;
  }
  append(...items) {
    this.#insert(this.children.length, items);
  }
  before(...items) {
    const { parent } = this;
    parent.#insert(parent.children.indexOf(this), items);
  }
  replaceChildren(...items) {
    for (const child of this.children) if (child instanceof Element) child.parent = null;
    this.children = [];
    this.append(...items);
  }
  remove() {
    if (this.parent) this.parent.children = this.parent.children.filter((child) => child !== this);
    this.parent = null;
  }
  get textContent() {
    return this.children.map((child) => child.textContent ?? child).join("");
  }
  set textContent(text) {
    this.replaceChildren(...(text === "" ? [] : [String(text)]));
  }
  get value() {
    return this.#value ?? this.getAttribute("value") ?? this.textContent;
  }
  set value(text) {
    this.#value = text;
  }
  /** By one class. */
  querySelector(selector) {
    return this.every((node) => node.classList.contains(selector.slice(1)))[0] ?? null;
  }
  closest(selector) {
    return this.classList.contains(selector.slice(1)) ? this : (this.parent?.closest(selector) ?? null);
  }
  /** All below it of which something is true. */
  every(is) {
    return this.children.flatMap((child) =>
      child instanceof Element ? [...(is(child) ? [child] : []), ...child.every(is)] : [],
    );
  }
  addEventListener(type, listener) {
    this.listeners.push([type, listener]);
  }
  removeEventListener(type, listener) {
    this.listeners = this.listeners.filter(([one, other]) => one !== type || other !== listener);
  }
  dispatch(type, event = {}) {
    const heard = { type, button: 0, target: this, currentTarget: this, preventDefault() {}, ...event };
    for (const [one, listener] of this.listeners) if (one === type) listener(heard);
  }
  focus() {
    document.activeElement = this;
  }
  contains(node) {
    return node === this || this.every((one) => one === node).length > 0;
  }
  setPointerCapture() {}
  getBoundingClientRect() {
    return { left: 0, top: 0, width: this.clientWidth, height: 0 };
  }
  get clientWidth() {
    return page.width;
  }
  offsetHeight = 0;

  get xml() {
    const flags = BLANKS.filter((name) => this[name]).map((name) => [name, "true"]);
    const attributes = [...this.#attributes].filter(([name]) => !BLANKS.includes(name)).concat(flags);
    const inside = this.children.map((child) => child.xml ?? escaped(child)).join("");
    return `<${this.tag}${attributes.map(([name, value]) => ` ${name}="${escaped(value)}"`).join("")}>${inside}</${this.tag}>`;
  }
}

const page = { width: 0, frames: [], timers: [], begun: 0, idle: [] };
const window = Object.assign(new Element("window"), {
  innerWidth: 1280,
  innerHeight: 900,
  requestIdleCallback: (call) => page.idle.push(call),
  cancelIdleCallback: () => (page.idle = []),
});
const document = {
  createElement: (tag) => new Element(tag),
  createElementNS: (_, tag) => new Element(tag),
  documentElement: new Element("html"),
  activeElement: null,
};

const observer = (observe) =>
  class {
    constructor(call) {
      this.call = call;
    }
    observe() {
      observe(this.call);
    }
    disconnect() {}
  };
Object.assign(globalThis, {
  document,
  window,
  ResizeObserver: observer((call) => call()),
  MutationObserver: observer(() => {}),
  matchMedia: () => ({ matches: true }), // less motion is asked for
  requestAnimationFrame: (call) => page.frames.push(call),
  cancelAnimationFrame: () => (page.frames = []),
  setTimeout(call, wait = 0) {
    page.begun += 1;
    page.timers.push({ call, wait, id: page.begun });
    return page.begun;
  },
  clearTimeout: (id) => (page.timers = page.timers.filter((timer) => timer.id !== id)),
});

performance.now = () => 0; // nothing takes long, however busy the machine is

/** Draw what is to be drawn, and let the time pass until everything is at rest. */
function settle() {
  while (page.frames.length || page.timers.length) {
    for (const frame of page.frames.splice(0)) frame(0);
    page.timers.sort((a, b) => a.wait - b.wait || a.id - b.id);
    page.timers.shift()?.call();
  }
}

/** Let all be done for which the page waits until it is idle; write on `root` how often something was. */
function rest(root) {
  let times = 0;
  for (; page.idle.length; times++) {
    page.idle.shift()();
    settle();
  }
  root.setAttribute("data-idle", times);
}

/** The traits of a widget, which hears of those that are set. */
function modelOf(traits) {
  const listeners = new Element("model");
  return {
    get: (name) => traits[name],
    set(name, value) {
      if (JSON.stringify(traits[name]) === JSON.stringify(value)) return;
      traits[name] = value;
      listeners.dispatch(`change:${name}`);
    },
    save_changes() {},
    on: (type, listener) => listeners.addEventListener(type, listener),
    off: (type, listener) => listeners.removeEventListener(type, listener),
  };
}

/**
 * Of a widget and its traits: takes { set, before, width, press, idle } and tells, as XML, what is on a page as wide
 * once the traits are set, `before` first if there is one, and once these are pressed: { words }, or { class, nth,
 * type, event }. It is `idle` "before" the traits are set, or "after"; `data-idle` tells how often it was used.
 */
export const shown =
  (widget, traits) =>
  ({ set, before, width, press, idle }) => {
    Object.assign(page, { width, frames: [], timers: [], idle: [] });
    const model = modelOf({ ...traits, ...(before ?? set) });
    const root = document.createElement("div");
    widget.render({ model, el: root });
    settle();
    if (idle === "before") rest(root);
    for (const [name, value] of Object.entries(set)) model.set(name, value);
    settle();
    if (idle === "after") rest(root);
    for (const { words, nth = 0, type = "click", event, ...one } of press) {
      const is = words
        ? (node) => node.listeners.length && node.textContent === words
        : (node) => node.classList.contains(one.class);
      root.every(is)[nth].dispatch(type, event);
      settle();
    }
    return root.xml;
  };
