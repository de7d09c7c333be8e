import type { Platform } from "../client/platform.ts";
import type { Words } from "../words/english.ts";

/** What comes within this time of the first is told together. */
const GATHER_MS = 400;
/** A listener needs this long for one announcement; what comes meanwhile is counted. */
const SPACING_MS = 4_000;
/** What was heard is not left lying about in the page, for its author may take it back. Longer than the silence. */
const KEPT_MS = 5_000;
/** A screen reader can be asked to read a long message, but need not be made to. */
const SPOKEN_LENGTH = 200;

/**
 * Speaks new messages, and how things stand, to people who do not see them: one message is read out, several are
 * counted, and there is silence enough between.
 */
export class Announcer {
  readonly #platform: Platform;
  readonly #speak: (text: string) => void;
  readonly #words: () => Words;
  #latest = "";
  #count = 0;
  #said = "";
  #isWaiting = false;
  #spokeAt = -Infinity;
  #cancelClearing: () => void = () => {};

  constructor(platform: Platform, words: () => Words, speak: (text: string) => void) {
    this.#platform = platform;
    this.#words = words;
    this.#speak = speak;
  }

  hear(name: string, text: string): void {
    this.#latest = this.#words().said(name, text);
    this.#count++;
    this.#tellSoon();
  }

  /** How things stand has changed. Only the last word counts: what was true a moment ago is not worth hearing. */
  state(text: string): void {
    this.#said = text;
    this.#tellSoon();
  }

  #tellSoon(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const silenceMs = this.#spokeAt + SPACING_MS - this.#platform.now();
    this.#platform.after(Math.max(GATHER_MS, silenceMs), () => this.#tell());
  }

  #tell(): void {
    const news = this.#count === 1 ? cut(this.#latest) : this.#words().newMessages(this.#count);
    this.#cancelClearing();
    this.#speak(
      [...(this.#said === "" ? [] : [this.#said]), ...(this.#count === 0 ? [] : [news])].join("\n"),
    );
    this.#isWaiting = false;
    this.#said = "";
    this.#count = 0;
    this.#spokeAt = this.#platform.now();
    this.#cancelClearing = this.#platform.after(KEPT_MS, () => this.#speak(""));
  }
}

function cut(text: string): string {
  const characters = Array.from(text.slice(0, 2 * SPOKEN_LENGTH));
  return characters.length > SPOKEN_LENGTH ? `${characters.slice(0, SPOKEN_LENGTH).join("")} …` : text;
}
