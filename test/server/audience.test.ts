import test from "ava";
import { Audience } from "../../server/audience.ts";
import { ask } from "./client.ts";
import { roomOf } from "./names.ts";
import { TestClock } from "./test-clock.ts";
import { openTestDoors } from "./test-doors.ts";

const [LOBBY, KITCHEN] = [roomOf("lobby"), roomOf("kitchen")];
const session = (name: string, id = name) => ({ type: "session", name, session: id }) as const;

test("who reads is here, room by room, each name once however many pages are open", (t) => {
  const audience = new Audience(new TestClock());
  audience.enter(session("Ben"), [LOBBY]);
  audience.enter(session("Ana", "one page"), [LOBBY, KITCHEN]);
  audience.enter(session("Ana", "another"), [LOBBY]);
  t.deepEqual(audience.here(), [
    { room: LOBBY, names: ["Ana", "Ben"] },
    { room: KITCHEN, names: ["Ana"] },
  ]);
});

test("between two polls nobody has left; who does not come again is gone after 15 s", (t) => {
  const clock = new TestClock();
  const audience = new Audience(clock);
  const leave = audience.enter(session("Ana"), [LOBBY]);
  clock.pass(60);
  leave();
  clock.pass(15);
  const leaveAgain = audience.enter(session("Ana"), [KITCHEN]);
  t.deepEqual(audience.here(), [{ room: KITCHEN, names: ["Ana"] }]);
  leaveAgain();
  clock.pass(16);
  t.deepEqual(audience.here(), []);
});

test("[I6] of a crowd a beacon tells 200 names", (t) => {
  const audience = new Audience(new TestClock());
  for (let n = 0; n < 300; n++) audience.enter(session(`name ${n}`), [LOBBY, KITCHEN]);
  t.is(
    audience.here().reduce((sum, { names }) => sum + names.length, 0),
    200,
  );
});

test("a poll and a stream with a token tell who is here; without one, or with a wrong one, nobody is counted", async (t) => {
  const doors = await openTestDoors(t);
  const { url, audience } = doors;
  await ask(`${url}/api/v1/sync?rooms=lobby&timeout=0`);
  await ask(`${url}/api/v1/sync?rooms=lobby&timeout=0`, { headers: { authorization: "Bearer a.b.c" } });
  await ask(`${url}/api/v1/sync?rooms=lobby&timeout=0`, { headers: await doors.signIn("Ana") });
  while (audience.here().length === 0) await new Promise(setImmediate);
  t.deepEqual(audience.here(), [{ room: LOBBY, names: ["Ana"] }]);
  const stop = new AbortController();
  const stream = await fetch(`${url}/api/v1/stream?rooms=kitchen`, {
    headers: await doors.signIn("Ben"),
    signal: stop.signal,
  });
  t.is(stream.status, 200);
  while (audience.here().length < 2) await new Promise(setImmediate);
  t.deepEqual(audience.here()[1], { room: KITCHEN, names: ["Ben"] });
  stop.abort();
});
