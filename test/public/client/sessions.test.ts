import test from "ava";
import { lobby } from "../messages.ts";
import {
  SYNC,
  POST,
  SESSIONS,
  openClient,
  openLiveClient,
  sessionCalled,
  taken,
  bodyOf,
} from "./client-under-test.ts";

test("[C8] a session that is not accepted any more is replaced by one of the same name, and the post goes on", async (t) => {
  const { client, platform, outbox } = await openLiveClient(t);
  client.post(lobby, "hello");
  const refused = await platform.request(POST);
  t.is(refused.token, "token of s1");
  refused.answer(401, { code: "unauthorized", detail: "" });
  const renewal = await platform.request(SESSIONS);
  t.deepEqual(renewal.body, { name: "Maren" });
  renewal.answer(201, sessionCalled("s2"));
  const again = await platform.request(POST);
  t.is(again.token, "token of s2");
  t.deepEqual(again.body, refused.body);
  again.answer(201, taken(again, 1, "stored", "s2"));
  await platform.open();
  t.deepEqual(outbox(), []);
  t.true(client.isMine("s1") && client.isMine("s2"));
});

test("sessions that are refused as soon as they are made are not made without a pause", async (t) => {
  const { client, platform } = await openLiveClient(t);
  client.post(lobby, "hello");
  for (const session of ["s2", "s3"]) {
    (await platform.request(POST)).answer(401, {});
    await platform.pass(500);
    (await platform.request(SESSIONS)).answer(201, sessionCalled(session));
  }
  (await platform.request(POST)).answer(401, {});
  t.deepEqual(await platform.open(SESSIONS), []);
});

test("a kept session is used again, and a long poll that is answered 401 renews it", async (t) => {
  const { client, platform } = openClient(t);
  client.signIn("Maren", { token: "kept", session: "s0", name: "Maren", region: "us" });
  t.true(client.isMine("s0"));
  t.deepEqual(await platform.open(SESSIONS), []);
  (await platform.request(SYNC)).answer(200, { events: [], cursor: "c0", reset: { reason: "start" } });
  const poll = await platform.request(SYNC);
  t.is(poll.token, "kept");
  poll.answer(401, {});
  t.deepEqual((await platform.request(SESSIONS)).body, { name: "Maren" });
});

for (const [status, code] of [
  [409, "mid-reused"],
  [422, "text-too-long"],
] as const) {
  test(`a message answered ${status} is rejected with the reason, and the next one goes on`, async (t) => {
    const { client, platform, outbox } = await openLiveClient(t);
    client.post(lobby, "bad");
    client.post(lobby, "good");
    (await platform.request(POST)).answer(status, { code, detail: "Because." });
    t.is(bodyOf(await platform.request(POST)).text, "good");
    t.deepEqual(
      outbox().map((entry) => entry.state),
      [{ type: "rejected", reason: "Because." }, { type: "waiting" }],
    );
  });
}

test("[I2] what was accepted in another session is not posted again: it would be another message", async (t) => {
  const { client, platform } = await openLiveClient(t);
  client.post(lobby, "hello");
  const post = await platform.request(POST);
  post.answer(202, taken(post, 1, "accepted"));
  await platform.open();
  client.check();
  (await platform.request(SYNC)).answer(401, {});
  (await platform.request(SESSIONS)).answer(201, sessionCalled("s2"));
  await platform.pass(250);
  (await platform.request(SYNC)).answer(200, {
    events: [],
    cursor: "c1",
    reset: { reason: "unknown-cursor" },
  });
  t.deepEqual(await platform.open(POST), []);
});

test("a name that is refused is told, and asked for again by nobody", async (t) => {
  const { client, platform, events } = openClient(t);
  client.signIn("nobody");
  (await platform.request(SESSIONS)).answer(422, { code: "bad-name", detail: "Not this one." });
  await platform.pass(60_000);
  t.like(
    events.findLast((event) => event.type === "nameRefused"),
    { reason: "Not this one." },
  );
  t.deepEqual(await platform.open(SESSIONS), []);
});
