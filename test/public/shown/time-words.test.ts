import test from "ava";
import { TimeWriter } from "../../../public/shown/time-words.ts";

const writer = new TimeWriter("en-GB", "UTC");
const noon = Date.parse("2026-11-21T12:00:00Z");

test("of today the time is told, of other days the date as well, and exactly when asked", (t) => {
  t.is(writer.write(noon - 3_600_000, noon)?.short, "11:00");
  t.is(writer.write(noon - 86_400_000, noon)?.short, "20 Nov 2026, 12:00");
  t.is(writer.write(noon, noon)?.iso, "2026-11-21T12:00:00.000Z");
  t.regex(writer.write(noon, noon)?.exact ?? "", /^Saturday.*21 November 2026.*12:00:00/);
});

test("[C9] a clock that tells no time breaks nothing", (t) => {
  for (const at of [8.64e15 + 1, -1e300]) t.is(writer.write(at, noon), undefined);
  t.truthy(writer.write(8.64e15, noon));
});
