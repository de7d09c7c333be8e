import test from "ava";
import { ask, code, json, open, postJson } from "../server/client.ts";
import { midOf, openTestDoors } from "../server/test-doors.ts";

const PLACES = ["token", "access_token", "authorization", "jwt", "bearer"];

test("[A17] a token counts in the header and nowhere else, and is in no log wherever it is put", async (t) => {
  const doors = await openTestDoors(t);
  const { authorization } = await doors.signIn();
  const token = authorization.slice("Bearer ".length);
  const message = { mid: midOf(1), text: "hello" };
  const room = `${doors.url}/api/v1/rooms/lobby/messages`;
  const attempts = [
    ...PLACES.map((place) => postJson(`${room}?${place}=${token}`, message)),
    ...PLACES.map((place) => postJson(room, { ...message, [place]: token })),
    postJson(room, message, { cookie: `token=${token}; __Host-token=${token}` }),
    postJson(room, message, { "x-authorization": authorization, "proxy-authorization": authorization }),
    postJson(room, message, { authorization: token }),
  ];
  for (const answer of await Promise.all(attempts)) t.is(code(answer), "no-token");
  t.deepEqual(doors.chat.messages, []);
  for (const path of ["sync?timeout=0&", "stream?", "regions?", "rooms/lobby/messages?"]) {
    const answer = await open(`${doors.url}/api/v1/${path}rooms=lobby&token=${token}`);
    t.is(answer.statusCode, 200, path);
    answer.destroy();
  }
  await ask(`${doors.url}/${token}`);
  await ask(`${doors.url}/livez`, { headers: { referer: `${doors.url}/?token=${token}` } });
  t.notRegex(doors.lines.join(""), /eyJ/);
  t.is((await doors.post("lobby", message, { authorization })).status, 201);
});

test("[A17] no answer repeats a token, and only the one that gives it holds one", async (t) => {
  const doors = await openTestDoors(t);
  const { authorization } = await doors.signIn();
  const forged = `${authorization.slice(0, -4)}AAAA`;
  const answers = [
    await doors.post("lobby", { mid: midOf(1), text: "hello" }, { authorization }),
    await doors.post("lobby", { mid: midOf(1), text: "hello" }, { authorization: forged }),
    await doors.post("lobby", { mid: midOf(1), text: "other" }, { authorization }),
    await ask(`${doors.url}/api/v1/rooms/lobby/messages`, { headers: { authorization } }),
    await ask(`${doors.url}/api/v1/sync?rooms=lobby`, { headers: { authorization } }),
    await ask(`${doors.url}/api/v1/regions`, { headers: { authorization } }),
  ];
  t.deepEqual(
    answers.map(({ status }) => status),
    [201, 401, 409, 200, 200, 200],
  );
  for (const { text, headers } of answers) t.notRegex(text + JSON.stringify(headers), /eyJ|AAAA/);
});

test("[A17] every bit of a token counts", async (t) => {
  const doors = await openTestDoors(t);
  const { authorization } = await doors.signIn();
  const token = Buffer.from(authorization.slice("Bearer ".length));
  const message = { mid: midOf(1), text: "hello" };
  // The last digit of a signature of 64 bytes carries four bits that say nothing.
  for (let at = 0; at < token.length - 1; at += 3) {
    const forged = Buffer.from(token);
    forged.writeUInt8(token.readUInt8(at) ^ 1, at);
    const answer = await doors.post("lobby", message, {
      authorization: `Bearer ${forged.toString("latin1")}`,
    });
    t.is(answer.status, 401, `${at}: ${forged.toString()}`);
  }
  t.deepEqual(doors.chat.messages, []);
});

test("[A17] a name belongs to its session: two of one name are told apart, and neither can post as the other", async (t) => {
  const doors = await openTestDoors(t);
  const [one, other] = [await doors.signIn("Ana"), await doors.signIn("Ana")];
  await doors.post("lobby", { mid: midOf(1), text: "one", sender: "Ben", session: "another" }, one);
  // The same mid in another session is another message.
  await doors.post("lobby", { mid: midOf(1), text: "other" }, other);
  const answered = json(await ask(`${doors.url}/api/v1/rooms/lobby/messages`));
  t.like(answered, { messages: [{ sender: { name: "Ana" } }, { sender: { name: "Ana" } }] });
  t.is(new Set(doors.chat.messages.map(({ sender }) => sender.session)).size, 2);
});
