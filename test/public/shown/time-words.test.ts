import test from "ava";
import { TimeWriter } from "../../../public/shown/time-words.ts";
import { english } from "../../../public/words/english.ts";

const writer = new TimeWriter("en-GB", "UTC");
const noon = Date.parse("2026-11-21T12:00:00Z");
const dayMs = 86_400_000;

test("beside a message stands the time, exact when asked; the day stands above it", (t) => {
  t.is(writer.write(noon - 3_600_000)?.short, "11:00");
  t.is(writer.write(noon)?.iso, "2026-11-21T12:00:00.000Z");
  t.regex(writer.write(noon)?.exact ?? "", /^Saturday.*21 November 2026.*12:00:00/);
  t.is(writer.day(noon - 3_600_000, noon, english), "Today");
  t.is(writer.day(noon - dayMs, noon, english), "Yesterday");
  t.regex(writer.day(noon - 2 * dayMs, noon, english), /^Thursday.*19 November 2026$/);
  t.is(writer.clock(noon), "12:00:00");
  for (const [ms, words] of [
    [14_200, "14s"],
    [119_000, "119s"],
    [600_000, "10 mins"],
    [7_200_000, "2 hrs"],
    [5 * dayMs, "5 days"],
  ] as const)
    t.is(writer.lasting(ms), words);
  t.is(writer.after(4), "+4 ms");
});

test("[C9] a clock that tells no time breaks nothing", (t) => {
  for (const at of [8.64e15 + 1, -1e300]) {
    t.is(writer.write(at), undefined);
    t.is(writer.day(at, noon, english), "");
    t.is(writer.clock(at), "");
  }
  t.truthy(writer.write(8.64e15));
});
