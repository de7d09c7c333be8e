import test, { type ExecutionContext } from "ava";
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

const SECOND_MS = 1_000;
/** So short before a beat is due that hardly anybody looks any more. */
const BEFORE_BEAT_MS = 12;
const MONTH_MS = 30 * 24 * 60 * 60 * 1000;

/** The wall clock of this process, which can be put elsewhere, until the test is over. */
function ownWallClock(t: ExecutionContext): (byMs: number) => void {
  const machine = Date;
  let shiftMs = 0;
  globalThis.Date = new Proxy(machine, {
    construct: (target, given, made) =>
      Reflect.construct(target, given.length === 0 ? [machine.now() + shiftMs] : given, made),
    get: (target, name) => (name === "now" ? () => machine.now() + shiftMs : Reflect.get(target, name)),
  });
  t.teardown(() => void (globalThis.Date = machine));
  return (byMs) => void (shiftMs += byMs);
}

/** Second by second node-cron would go through a month for half an hour, longer than a test may take. */
for (const [title, shiftMs] of [
  ["put ahead by a month", MONTH_MS],
  ["put back by a month", -MONTH_MS],
] as const)
  test.serial(`[R11] a wall clock ${title} goes on beating`, async (t) => {
    const shift = ownWallClock(t);
    const clock = openClock();
    t.teardown(() => clock.close());
    const nextBeat = () =>
      new Promise<void>((resolve) => {
        const stop = clock.everySecond(() => resolve(stop()));
      });
    await nextBeat();
    await new Promise((resolve) =>
      setTimeout(resolve, SECOND_MS - (Date.now() % SECOND_MS) - BEFORE_BEAT_MS),
    );
    shift(shiftMs);
    await nextBeat();
    await t.notThrowsAsync(nextBeat());
  });
