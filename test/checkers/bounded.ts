import type { History } from "./history.ts";
import type { Violation } from "./violation.ts";

/** I6: memory and every queue are bounded. */
export function unbounded({ loads }: Pick<History, "loads">): Violation[] {
  return loads
    .filter(({ most, bound }) => most > bound)
    .map(({ region, what, most, bound }) => ({
      promise: "I6",
      mids: [],
      sentence: `${region} had ${most} of ${what}, and ${bound} is the bound.`,
    }));
}
