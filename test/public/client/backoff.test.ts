import test from "ava";
import { backoffMs, parseRetryAfter } from "../../../public/client/backoff.ts";

test("pauses are anything up to a ceiling that doubles from 0.25 s to 15 s", (t) => {
  const ceilings = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((failures) => backoffMs(failures, 1));
  t.deepEqual(ceilings, [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  t.is(backoffMs(5, 0), 0);
  t.is(backoffMs(5, 0.5), 2000);
});

test("Retry-After is read as seconds or as a date, and believed up to five minutes", (t) => {
  const nowMs = Date.parse("2026-11-21T10:00:00Z");
  t.is(parseRetryAfter("3", nowMs), 3000);
  t.is(parseRetryAfter("Sat, 21 Nov 2026 10:00:07 GMT", nowMs), 7000);
  t.is(parseRetryAfter("Sat, 21 Nov 2026 09:00:00 GMT", nowMs), 0);
  t.is(parseRetryAfter("86400", nowMs), 300_000);
  t.is(parseRetryAfter("soon", nowMs), undefined);
  t.is(parseRetryAfter(null, nowMs), undefined);
});
