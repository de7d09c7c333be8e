import { countdownWords, type ConnectionWords } from "../shown/connection-words.ts";
import { byId, setText } from "./element.ts";

/** The honest line. Its countdown is for the eye only: a screen reader would read every second of it. */
export class ConnectionView {
  readonly #line = byId("connection", HTMLElement);
  readonly #text = byId("connection-text", HTMLElement);
  readonly #countdown = byId("connection-countdown", HTMLElement);
  #retryAt: number | undefined;

  /** Returns what stops the countdown. */
  start(): () => void {
    const beat = setInterval(() => this.#count(), 1000);
    return () => clearInterval(beat);
  }

  show(words: ConnectionWords): void {
    this.#line.dataset["tone"] = words.tone;
    setText(this.#text, words.text);
    this.#retryAt = words.retryAt;
    this.#count();
  }

  #count(): void {
    setText(this.#countdown, this.#retryAt === undefined ? "" : countdownWords(this.#retryAt, Date.now()));
  }
}
