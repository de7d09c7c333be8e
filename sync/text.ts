import { NAME_CODE_POINTS, TEXT_CODE_POINTS } from "./limits.ts";

/**
 * What a message and a name may be made of. The doors and the feed ask the same functions, so that nothing an
 * admin types into the store is shown that the doors would have refused.
 */

/** C0 and C1 controls but newline and tab; lone surrogates are refused by `isWellFormed`. */
// oxlint-disable-next-line no-control-regex -- controls are what it looks for
const TEXT_CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
// oxlint-disable-next-line no-control-regex -- controls are what it looks for
const NAME_CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const SESSION = /^[A-Za-z0-9_-]{16,64}$/;

/** Well-formed Unicode without controls, not only white space, at most 4,000 code points. */
export function isMessageText(text: string): boolean {
  return (
    text.length <= TEXT_CODE_POINTS * 2 &&
    isWellFormed(text) &&
    !TEXT_CONTROL.test(text) &&
    text.trim() !== "" &&
    (text.length <= TEXT_CODE_POINTS || codePoints(text) <= TEXT_CODE_POINTS)
  );
}

/** One line of at most 64 code points, trimmed, in Unicode's NFKC form. */
export function isName(name: string): boolean {
  return (
    name.length <= NAME_CODE_POINTS * 2 &&
    name !== "" &&
    isWellFormed(name) &&
    !NAME_CONTROL.test(name) &&
    name === name.normalize("NFKC").trim() &&
    codePoints(name) <= NAME_CODE_POINTS
  );
}

/** A session's id as sessions make it: URL-safe, 16 to 64 characters. */
export function isSession(session: string): boolean {
  return SESSION.test(session);
}

/** `String.prototype.isWellFormed` is of ES2024; with the `u` flag only a lone surrogate is in `Cs`. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
