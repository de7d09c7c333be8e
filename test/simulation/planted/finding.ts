import type { Violation } from "../../checkers/violation.ts";
import { isRecord } from "../../../sync/json.ts";

/** What became of the hunt for one bug. */
export type Finding =
  /** This seed, the `seeds`-th that was run, broke these promises; the sentence tells of the first. */
  | {
      readonly type: "found";
      readonly seed: number;
      readonly seeds: number;
      readonly promises: readonly string[];
      readonly sentence: string;
    }
  | { readonly type: "unfound"; readonly seeds: number }
  /** The hunt itself did not come to its end. */
  | { readonly type: "failed"; readonly reason: string };

/** A core that throws breaks I9: its process would have exited. */
export function judged(seed: number, seeds: number, run: () => readonly Violation[]): Finding | undefined {
  try {
    const violations = run();
    const [first] = violations;
    if (first === undefined) return undefined;
    const promises = [...new Set(violations.map(({ promise }) => promise))];
    return { type: "found", seed, seeds, promises, sentence: first.sentence };
  } catch (error) {
    return { type: "found", seed, seeds, promises: ["I9"], sentence: `It threw: ${String(error)}` };
  }
}

/** What a hunt printed. */
export function parseFinding(text: string): Finding {
  const value = parse(text);
  if (isRecord(value)) {
    const { type, seed, seeds, promises, sentence } = value;
    if (type === "unfound" && typeof seeds === "number") return { type, seeds };
    if (type === "found" && typeof seed === "number" && typeof seeds === "number") {
      const names = Array.isArray(promises) ? promises.filter((one) => typeof one === "string") : [];
      return { type, seed, seeds, promises: names, sentence: String(sentence) };
    }
  }
  return { type: "failed", reason: `no finding in ${JSON.stringify(text.slice(0, 200))}` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
