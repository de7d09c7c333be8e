import { byId, setText } from "./element.ts";

export interface ComposerListener {
  /** False when the message cannot be taken now; then the text stays. */
  written(text: string): boolean;
  renameAsked(): void;
}

/** Where one writes. Enter sends, Shift+Enter starts a line, and composing a character sends nothing. */
export class ComposerView {
  readonly #form = byId("composer", HTMLFormElement);
  readonly #text = byId("text", HTMLTextAreaElement);
  readonly #as = byId("as", HTMLElement);
  readonly #fault = byId("composer-fault", HTMLElement);
  readonly #listener: ComposerListener;

  constructor(listener: ComposerListener) {
    this.#listener = listener;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#text.addEventListener("keydown", (event) => {
      // Safari ends a composition before its Enter comes; 229 is what it then still says (UI Events §7.3.1).
      const isComposing = event.isComposing || event.keyCode === 229;
      if (event.key !== "Enter" || event.shiftKey || isComposing) return;
      event.preventDefault();
      this.#send();
    });
    this.#text.addEventListener("input", () => this.#fit());
    byId("rename", HTMLButtonElement).addEventListener("click", () => listener.renameAsked());
  }

  /** From now on one writes in this room. */
  enter(room: string): void {
    this.#text.placeholder = `Message #${room}`;
  }

  /** Shows the form to this author, or to nobody. */
  show(name: string | undefined): void {
    const wasHidden = this.#form.hidden;
    this.#form.hidden = name === undefined;
    setText(this.#as, name ?? "");
    if (wasHidden && name !== undefined) this.#text.focus();
  }

  /** Says why a message was not taken. */
  complain(fault: string): void {
    setText(this.#fault, fault);
  }

  /** Gives a text back to its author, after what is being written. */
  putBack(text: string): void {
    this.#text.value = this.#text.value === "" ? text : `${this.#text.value}\n${text}`;
    this.#fit();
    this.#text.focus();
  }

  #send(): void {
    const text = this.#text.value.trim();
    if (text === "") return;
    const wasTaken = this.#listener.written(text);
    this.complain(wasTaken ? "" : "Too many messages wait to be sent. This one stays here.");
    if (!wasTaken) return;
    this.#text.value = "";
    this.#fit();
  }

  /** As high as its text; style.css says where that ends. */
  #fit(): void {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }
}
