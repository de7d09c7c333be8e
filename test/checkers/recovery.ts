import { authorship, byAuthorship } from "./authorship.ts";
import type { History, Wait } from "./history.ts";
import { ofMessages, type Violation } from "./violation.ts";

/** I7: whatever was broken recovers in a bounded time, and whoever asks again and again is answered in the end. */
export function unrecovered({ waits, said, attempts }: History): Violation[] {
  const attemptsOf = byAuthorship(attempts);
  const unanswered = said.filter(
    (one) =>
      one.isGivenUp !== true &&
      attemptsOf.get(authorship(one))?.some(({ answer }) => answer !== undefined) !== true,
  );
  return [
    ...waits.flatMap(judgeWait),
    ...ofMessages("I7", unanswered, "never answered, though their authors asked until all was quiet."),
  ];
}

function judgeWait({ what, fromMs, untilMs, boundMs }: Wait): Violation[] {
  const tookMs = untilMs === undefined ? undefined : untilMs - fromMs;
  if (tookMs !== undefined && tookMs <= boundMs) return [];
  const took = tookMs === undefined ? "never ended" : `took ${Math.round(tookMs)} ms`;
  return [{ promise: "I7", mids: [], sentence: `${what} ${took}, and ${boundMs} ms is the bound.` }];
}
