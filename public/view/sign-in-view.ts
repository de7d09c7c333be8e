import { byId, setText } from "./element.ts";

/** Asks for a nickname, once. */
export class SignInView {
  readonly #form = byId("sign-in", HTMLFormElement);
  readonly #name = byId("name", HTMLInputElement);
  readonly #fault = byId("name-fault", HTMLElement);

  constructor(chosen: (name: string) => void) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = this.#name.value.trim();
      if (name !== "") chosen(name);
    });
  }

  get isAsking(): boolean {
    return !this.#form.hidden;
  }

  /** `fault` says why the name given before was not taken. */
  ask(name: string, fault: string): void {
    this.#form.hidden = false;
    this.#name.value = name;
    setText(this.#fault, fault);
    this.#name.focus();
    this.#name.select();
  }

  hide(): void {
    this.#form.hidden = true;
  }
}
