import { ok, skip, warn, type Finding } from "./finding.ts";

/** Less does no harm: order is kept by a clock of our own. More makes the times that people see look wrong. */
const TOLERATED_MS = 5000;
/** The Date header counts whole seconds; in the middle of one it is wrong by half a second at most. */
const HALF_A_SECOND_MS = 500;

/** `askedMs` and `answeredMs`: our clock around the request whose answer carried `date`. */
export function judgeClock(date: string | undefined, askedMs: number, answeredMs: number): Finding {
  const theirsMs = Date.parse(date ?? "");
  if (Number.isNaN(theirsMs)) return skip("clock", "The server does not say what time it is.");
  const aheadMs = theirsMs + HALF_A_SECOND_MS - (askedMs + answeredMs) / 2;
  if (Math.abs(aheadMs) <= TOLERATED_MS) return ok("clock", "The server's clock agrees with ours.");
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const direction = aheadMs > 0 ? "ahead of" : "behind";
  return warn(
    "clock",
    `The server's clock is ${seconds} s ${direction} ours.`,
    "Let both machines set their clocks by NTP (chrony, systemd-timesyncd).",
  );
}
