import test from "ava";
import { connectRaw } from "./client.ts";
import { midOf, openTestDoors } from "./test-doors.ts";

test("[R14] a post under way is answered before its connection is let go, and no new one is taken", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  const releaseDisk = doors.chat.stallDisk();
  const answer = doors.post("lobby", { mid: midOf(1), text: "last words" }, token);
  while (doors.chat.waitingPosts === 0) await new Promise(setImmediate);
  const closed = doors.doors.close(60_000);
  await t.throwsAsync(doors.post("lobby", { mid: midOf(2), text: "too late" }, token), {
    code: "ECONNREFUSED",
  });
  releaseDisk();
  t.is((await answer).status, 201);
  t.is((await answer).headers.connection, "close");
  await closed;
  t.deepEqual(
    doors.chat.messages.map(({ text }) => text),
    ["last words"],
  );
});

test("[R14] when the grace is over what is still under way is cut", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  doors.chat.stallDisk();
  const answer = t.throwsAsync(doors.post("lobby", { mid: midOf(1), text: "never" }, token), {
    code: "ECONNRESET",
  });
  while (doors.chat.waitingPosts === 0) await new Promise(setImmediate);
  await doors.doors.close(10);
  await answer;
});

test("[R14] who asks to wait while the region stops is told to go elsewhere", async (t) => {
  const doors = await openTestDoors(t);
  const raw = connectRaw(doors.port);
  raw.socket.write("GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v1/sync?rooms=lobby HTTP/1.1\r\n");
  await raw.received("alive");
  const closed = doors.doors.close(60_000);
  raw.socket.write("Host: x\r\n\r\n");
  t.regex(await raw.ended, /HTTP\/1.1 503 .*retry-after: 2\r\nconnection: close\r\n.*"code":"closing"/is);
  await closed;
});

test("[R14] closing twice is no mistake", async (t) => {
  const { doors } = await openTestDoors(t);
  await doors.close(1000);
  await t.notThrowsAsync(doors.close(1000));
});
