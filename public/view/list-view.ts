import type { Line } from "../shown/lines.ts";
import type { TimeWriter } from "../shown/time-words.ts";
import { LineView } from "./line-view.ts";

/** The list of messages: moves, adds and removes as little as it can, and replaces nothing. */
export class ListView {
  readonly #list: HTMLOListElement;
  readonly #times: TimeWriter;
  #views = new Map<string, LineView>();
  #lines: readonly Line[] = [];

  /** `again` is called for a rejected message that its author wants to edit. */
  constructor(list: HTMLOListElement, times: TimeWriter, again: (line: Line) => void) {
    this.#list = list;
    this.#times = times;
    list.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button.again") : null;
      const line = button === null ? undefined : this.#lineOf(button);
      if (line !== undefined) again(line);
    });
  }

  show(lines: readonly Line[]): void {
    const views = new Map<string, LineView>();
    this.#removeOthers(lines);
    let at = this.#list.firstElementChild;
    for (const line of lines) {
      const view = this.#views.get(line.key) ?? new LineView(this.#times);
      view.show(line);
      if (view.node === at) at = at.nextElementSibling;
      else this.#list.insertBefore(view.node, at);
      views.set(line.key, view);
    }
    this.#views = views;
    this.#lines = lines;
  }

  #lineOf(node: Node): Line | undefined {
    return this.#lines.find((line) => this.#views.get(line.key)?.node.contains(node) === true);
  }

  #removeOthers(lines: readonly Line[]): void {
    const keys = new Set(lines.map((line) => line.key));
    for (const [key, view] of this.#views) if (!keys.has(key)) view.node.remove();
  }
}
