import type { PromiseId, Violation } from "./violation.ts";

/** The promises in the words of a summary: what is counted when one is broken. */
const BROKEN: Readonly<Record<PromiseId, string>> = {
  I1: "lost",
  I2: "shown twice or never",
  I3: "out of order",
  I4: "diverged",
  I5: "from nowhere",
  I6: "out of bounds",
  I7: "not recovered in time",
  I8: "untrue states",
  I9: "exits and floods",
  I10: "beyond rights",
};

/** One line for each promise: its id, what a broken one is called, and how often that was found, with one case. */
export function table(violations: readonly Violation[]): string {
  const lines = Object.entries(BROKEN).map(([promise, name]) => {
    const found = violations.filter((violation) => violation.promise === promise);
    const line = `${promise.padEnd(4)} ${name.padEnd(22)} ${String(found.length).padStart(6)}`;
    return found[0] === undefined ? line : `${line}  ${found[0].sentence}`;
  });
  return `${lines.join("\n")}\n`;
}
