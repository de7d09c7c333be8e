import { memoryUsage } from "node:process";
import test from "ava";
import * as fc from "fast-check";
import { addressKey } from "../../server/connections.ts";
import { RATE_KEYS } from "../../server/limits.ts";
import { Rate, Rates } from "../../server/rates.ts";
import { collectGarbage } from "../couchdb/collect-garbage.ts";
import { code, ask, postJson } from "./client.ts";
import { TestClock } from "./test-clock.ts";
import { midOf, openTestDoors } from "./test-doors.ts";

const SLOW = { perSecond: 2, burst: 4 };

test("[A8] a burst passes, then so many a second, and the wait is told to the millisecond", (t) => {
  const clock = new TestClock();
  const rate = new Rate(SLOW, 10, clock);
  for (let n = 0; n < 4; n++) t.is(rate.take("ana"), 0);
  t.is(rate.take("ana"), 500);
  t.is(rate.take("ana", 3), 1500);
  t.is(rate.take("ben"), 0, "another key has a bucket of its own");
  clock.pass(1);
  t.deepEqual([rate.take("ana"), rate.take("ana"), rate.take("ana")], [0, 0, 500]);
  clock.pass(60);
  t.deepEqual([rate.take("ana", 4), rate.take("ana")], [0, 500], "a bucket holds no more than its burst");
});

test("[A8] in any stretch of time no more passes than the burst and what was refilled", (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 4 }))), (requests) => {
      const clock = new TestClock();
      const rate = new Rate(SLOW, 10, clock);
      let seconds = 0;
      let taken = 0;
      for (const [pause, cost] of requests) {
        clock.pass(pause);
        seconds += pause;
        if (rate.take("ana", cost) === 0) taken += cost;
      }
      return taken <= SLOW.burst + seconds * SLOW.perSecond;
    }),
  );
  t.pass();
});

test("[A8] [R11] a clock that is put back by hours shuts nobody out for longer than a burst", (t) => {
  let nowMs = Date.UTC(2026, 0, 1);
  const rate = new Rate(SLOW, 10, { now: () => nowMs });
  t.is(rate.take("ana"), 0);
  nowMs -= 3_600_000;
  t.is(rate.take("ana", SLOW.burst), 0);
  t.is(rate.take("ana"), 500);
});

test("[A8] a million addresses leave memory flat", async (t) => {
  const clock = new TestClock();
  const rates = new Rates(
    { address: { perSecond: 1, burst: 5 }, session: undefined, room: undefined },
    clock,
  );
  const flood = (count: number): void => {
    for (let n = 0; n < count; n++) {
      rates.ofRequest(`2001:db8:${n >> 16}:${n & 0xffff}`, "GET");
    }
  };
  flood(2 * RATE_KEYS);
  await collectGarbage();
  const before = memoryUsage().heapUsed;
  flood(1_000_000);
  await collectGarbage();
  const grown = memoryUsage().heapUsed - before;
  t.log(
    `heap ${(before / 1e6).toFixed(1)} MB after the first 100,000, ${(grown / 1e6).toFixed(1)} MB more after a million`,
  );
  // Not forgetting would take some 120 MB.
  t.true(grown < 16e6, `${grown} bytes more`);
});

test("[A8] all addresses of an IPv6 customer share one bucket, and this machine has none", (t) => {
  const rates = new Rates(
    { address: { perSecond: 1, burst: 1 }, session: undefined, room: undefined },
    new TestClock(),
  );
  const from = (address: string) => rates.ofRequest(addressKey(address), "GET")?.code;
  t.is(from("2001:db8:1:2::3"), undefined);
  t.is(from("2001:db8:1:2:aaaa::4"), "address-too-fast");
  t.is(from("2001:db8:1:3::3"), undefined);
  t.is(from("::ffff:192.0.2.7"), undefined);
  t.is(from("192.0.2.7"), "address-too-fast");
  for (let n = 0; n < 10; n++) t.is(from("127.0.0.1"), undefined);
});

test("[A8] a POST costs an address five requests", (t) => {
  const limits = { address: { perSecond: 1, burst: 11 }, session: undefined, room: undefined };
  const rates = new Rates(limits, new TestClock());
  t.is(rates.ofRequest("192.0.2.7", "POST"), undefined);
  t.is(rates.ofRequest("192.0.2.7", "POST"), undefined);
  t.like(rates.ofRequest("192.0.2.7", "POST"), { code: "address-too-fast", retryAfterSeconds: 4 });
  t.is(rates.ofRequest("192.0.2.7", "GET"), undefined);
});

test("[A8] a session that posts too fast is told when to come back, and no other session feels it", async (t) => {
  const rates = { address: undefined, session: { perSecond: 0.1, burst: 1 }, room: undefined };
  const doors = await openTestDoors(t, { config: { rates } });
  const [ana, ben] = [await doors.signIn("Ana"), await doors.signIn("Ben")];
  t.is((await doors.post("lobby", { mid: midOf(1), text: "one" }, ana)).status, 201);
  const refused = await doors.post("lobby", { mid: midOf(2), text: "two" }, ana);
  t.is(refused.status, 429);
  t.is(code(refused), "session-too-fast");
  t.is(refused.headers["retry-after"], "10");
  t.is(refused.headers["content-type"], "application/problem+json; charset=utf-8");
  t.is((await doors.post("lobby", { mid: midOf(3), text: "three" }, ben)).status, 201);
  doors.clock.pass(10);
  t.is((await doors.post("lobby", { mid: midOf(2), text: "two" }, ana)).status, 201);
  t.deepEqual(
    doors.chat.messages.map(({ text }) => text),
    ["one", "three", "two"],
  );
});

test("[A8] a room that takes too much is refused, whoever posts, and other rooms are not", async (t) => {
  const rates = { address: undefined, session: undefined, room: { perSecond: 1, burst: 2 } };
  const doors = await openTestDoors(t, { config: { rates } });
  const statuses: number[] = [];
  for (const [n, name] of ["Ana", "Ben", "Cid"].entries()) {
    const answer = await doors.post("lobby", { mid: midOf(n), text: "hello" }, await doors.signIn(name));
    statuses.push(answer.status);
    if (answer.status === 429) t.is(code(answer), "room-too-fast");
  }
  t.deepEqual(statuses, [201, 201, 429]);
  t.is((await doors.post("attic", { mid: midOf(9), text: "hello" }, await doors.signIn())).status, 201);
});

test("[A8] loopback is exempt from the limit of an address, not from that of a session", async (t) => {
  const one = { perSecond: 1, burst: 1 };
  const doors = await openTestDoors(t, {
    config: { rates: { address: one, session: one, room: undefined } },
  });
  for (let n = 0; n < 5; n++) t.is((await ask(`${doors.url}/api/v1/regions`)).status, 200);
  const token = await doors.signIn();
  t.is((await doors.post("lobby", { mid: midOf(1), text: "one" }, token)).status, 201);
  t.is((await doors.post("lobby", { mid: midOf(2), text: "two" }, token)).status, 429);
});

test("[A8] an address that asks too much is refused at the gate, whatever it asks for", async (t) => {
  const rates = { address: { perSecond: 1, burst: 5 }, session: undefined, room: undefined };
  const doors = await openTestDoors(t, { config: { rates } });
  doors.doors.server.prependListener("connection", (socket) => {
    Object.defineProperty(socket, "remoteAddress", { value: "192.0.2.7" });
  });
  for (const path of ["/", "/nowhere", "/livez", "/api/v1/regions", "/api/v1/sync?rooms=lobby"])
    t.not((await ask(doors.url + path)).status, 429, path);
  const refused = await ask(`${doors.url}/livez`);
  t.is(refused.status, 429);
  t.is(code(refused), "address-too-fast");
  t.is(refused.headers["retry-after"], "1");
  doors.clock.pass(5);
  t.is((await postJson(`${doors.url}/api/v1/sessions`, { name: "Ana" })).status, 201);
  t.is((await postJson(`${doors.url}/api/v1/sessions`, { name: "Ana" })).status, 429);
});

test("[A8] what is refused for its speed is refused before its body is read", async (t) => {
  const rates = { address: undefined, session: { perSecond: 1, burst: 1 }, room: undefined };
  const doors = await openTestDoors(t, { config: { rates } });
  const token = await doors.signIn();
  await doors.post("lobby", { mid: midOf(1), text: "one" }, token);
  const answer = await postJson(`${doors.url}/api/v1/rooms/lobby/messages`, "no object", token);
  t.is(answer.status, 429);
});
