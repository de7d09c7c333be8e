import { TimeWriter } from "../shown/time-words.ts";
import type { Words } from "../words/english.ts";
import { speak } from "../words/languages.ts";

/** In this language, or without one as the browser is set. */
export function wordsFor(language: string | undefined): Words {
  return speak([language ?? "", ...navigator.languages]);
}

/** Tells the browser, and whatever reads the page aloud. */
export function setLanguage({ language, direction }: Words): void {
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
}

/** As far as `Intl` reads them (BCP 47); a browser may be set to "en-US@posix". */
const LANGUAGE_TAG = /^[a-z]{2,3}(?:-[a-z0-9]{1,8})*$/i;

/** In the reader's own way to write a time, if it is the language of the page; in the page's otherwise. */
export function timesIn(words: Words): TimeWriter {
  const own = navigator.languages.find(
    (tag) => LANGUAGE_TAG.test(tag) && tag.split("-")[0] === words.language,
  );
  return new TimeWriter(own ?? words.language);
}
