import type { Older } from "../shown/timeline.ts";
import { byId, setText } from "./element.ts";

/** What stands before the first message: the way to earlier ones, or why there is none. */
export class OlderView {
  readonly #button = byId("earlier", HTMLButtonElement);
  readonly #note = byId("older-note", HTMLElement);
  readonly #scroller: HTMLElement;

  constructor(scroller: HTMLElement, asked: () => void) {
    this.#scroller = scroller;
    this.#button.addEventListener("click", asked);
  }

  show(note: OlderNote, room: string): void {
    const hasFocus = document.activeElement === this.#button;
    this.#button.hidden = note === "unknown" || note === "none" || note === "full";
    if (hasFocus && this.#button.hidden) this.#scroller.focus();
    setText(this.#note, noteText(note, room));
    this.#note.hidden = this.#note.textContent === "";
  }
}

/** `failed`: the region gave no answer. `full`: the page shows as many messages as it may. */
export type OlderNote = Older | "failed" | "full";

function noteText(note: OlderNote, room: string): string {
  switch (note) {
    case "unknown":
    case "maybe":
      return "";
    case "none":
      return `This is where #${room} begins.`;
    case "away":
      return "Earlier messages are in the store, which is away.";
    case "failed":
      return "The region did not answer. Try again.";
    case "full":
      return "This page shows no more at a time.";
  }
}
