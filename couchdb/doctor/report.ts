import type { Finding } from "./finding.ts";

const MAX_TEXT = 500;

/** A finding as people read it: what was seen on one line, what to do on the next. */
export function findingText({ verdict, subject, text, remedy }: Finding): string {
  const line = `${verdict.padEnd(4)}  ${subject.padEnd(9)}  ${printable(text)}\n`;
  return remedy === undefined ? line : `${line}${" ".repeat(17)}${printable(remedy)}\n`;
}

export function conclusion(findings: readonly Finding[]): string {
  const failures = findings.filter(({ verdict }) => verdict === "fail").length;
  const warnings = findings.filter(({ verdict }) => verdict === "warn").length;
  const mend = failures === 0 ? "Nothing must be mended" : `${failures} to be mended`;
  return `${mend}${warnings === 0 ? "" : `, ${warnings} to be considered`}.\n`;
}

/** Some of it was said by a server nobody knows yet: its control characters are not for a terminal. */
function printable(text: string): string {
  return text.slice(0, MAX_TEXT).replaceAll(/\p{C}/gu, "?");
}
