import type { RegionsAnswer } from "../../sync/wire.ts";

/** Messages of another region that ours should have by now and has not. */
export interface Lag {
  readonly region: string;
  readonly messages: number;
}

/**
 * How far ours is behind. A beacon that came before its messages is no lag: only what was written when we asked the
 * time before, and is still not here, is.
 */
export function lagsOf(before: RegionsAnswer | undefined, now: RegionsAnswer): readonly Lag[] {
  const here = now.regions.find(({ state }) => state === "here");
  if (here === undefined || before === undefined) return [];
  return now.regions.flatMap(({ name, origin, state }) => {
    const written = before.regions.find((region) => region.origin === origin)?.written ?? 0;
    const messages = written - (here.seen[origin.slice(0, 8)] ?? 0);
    return state === "live" && messages > 0 ? [{ region: name, messages }] : [];
  });
}

/** Whether other regions show the same as ours, by the digests they tell of closed windows of time. */
export interface Agreed {
  readonly same: readonly string[];
  readonly different: readonly string[];
  /** When it was last compared, milliseconds since 1970; undefined when there was nothing to compare. */
  readonly at: number | undefined;
}

export function agreedOf(answer: RegionsAnswer): Agreed {
  const compared = answer.regions.filter(({ state }) => state === "live");
  const named = (state: "same" | "different"): readonly string[] =>
    compared.filter(({ agreement }) => agreement?.state === state).map(({ name }) => name);
  const times = compared.flatMap(({ agreement }) => (agreement === undefined ? [] : [agreement.at]));
  return {
    same: named("same"),
    different: named("different"),
    at: times.length === 0 ? undefined : Math.max(...times),
  };
}
