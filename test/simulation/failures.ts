import { tellOf } from "./sum.ts";

/** What went wrong in these worlds, each with the command that runs it again. */
export function failuresOf(from: number, seeds: number): string[] {
  const failures: string[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const { failure } = tellOf(seed, { without: [] }, false);
    const [first] = failure?.violations ?? [];
    if (failure !== undefined) failures.push(`${failure.rerun}: ${first?.promise} ${first?.sentence}`);
  }
  return failures;
}
