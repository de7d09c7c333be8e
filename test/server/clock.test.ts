import test from "ava";
import { openClock } from "../../server/clock.ts";

test("the clock beats for everyone who listens, and not after they stop", async (t) => {
  const clock = openClock();
  t.teardown(() => clock.close());
  let cancelled = 0;
  const stop = clock.everySecond(() => cancelled++);
  stop();
  const before = clock.now();
  await new Promise<void>((resolve) => {
    clock.everySecond(resolve);
  });
  t.true(clock.now() >= before);
  t.is(cancelled, 0);
});
