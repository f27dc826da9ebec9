// Brings the ipywidgets saved in a page to life, without a kernel: the part of
// @jupyter-widgets/html-manager that this book needs, without JupyterLab's renderers (0.7 MB),
// the controls of ipywidgets 7 and the icon fonts. How it looks is in widgets.css.
import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import * as controls from "@jupyter-widgets/controls";
import { MessageLoop } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import anywidget from "anywidget"; // the AMD module inside the Python package: see build.mjs

const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';

const MODULES = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": controls,
  anywidget,
};

class PageManager extends ManagerBase {
  // Nobody is listening at the other end: a model changes and its view follows, here in the page.
  async _get_comm_info() {
    return {};
  }

  async _create_comm() {
    return { on_close() {}, on_msg() {}, send() {}, close() {} };
  }

  async loadClass(className, moduleName) {
    const found = MODULES[moduleName]?.[className];
    if (!found) {
      throw new Error(`This page has no ${className} of ${moduleName}`);
    }
    return found;
  }

  async show(model, place) {
    const view = await this.create_view(model);
    Widget.attach(view.luminoWidget, place);
    window.addEventListener("resize", () => {
      MessageLoop.postMessage(view.luminoWidget, Widget.ResizeMessage.UnknownSize);
    });
  }
}

async function start() {
  for (const state of document.querySelectorAll(STATE)) {
    const manager = new PageManager();
    const models = new Map();
    for (const model of await manager.set_state(JSON.parse(state.textContent))) {
      models.set(model.model_id, model);
    }
    for (const tag of document.querySelectorAll(VIEW)) {
      const model = models.get(JSON.parse(tag.textContent).model_id);
      if (model) {
        const place = document.createElement("div");
        place.className = "widget-subarea";
        tag.before(place);
        await manager.show(model, place);
      }
    }
  }
}

start();
