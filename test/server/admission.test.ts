import { once } from "node:events";
import { connect } from "node:net";
import test from "ava";
import { Admission, type Visitor } from "../../server/admission.ts";
import { openTestDoors } from "./test-doors.ts";

interface Named extends Visitor {
  readonly name: string;
}

function visitor(
  name: string,
  url = "/api/v1/sync?rooms=lobby",
  { method = "GET", destroyed = false } = {},
): Named {
  return { name, request: { method, url }, response: { destroyed } };
}

function open(seats = 100) {
  const admitted: string[] = [];
  const calls = { crowded: 0 };
  const admission = new Admission<Named>(
    seats,
    ({ name }) => admitted.push(name),
    () => void calls.crowded++,
  );
  return { admission, admitted, calls };
}

const nextTurn = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));

test("[C11] of a crowd of readers three are let in a turn, in the order they came", async (t) => {
  const { admission, admitted } = open();
  const crowd = ["1", "2", "3", "4", "5", "6", "7", "8"];
  for (const name of crowd) admission.enter(visitor(name));
  t.deepEqual(admitted, crowd.slice(0, 3));
  await nextTurn();
  t.deepEqual(admitted, crowd.slice(0, 6));
  await nextTurn();
  t.deepEqual(admitted, crowd);
  await nextTurn();
  await nextTurn();
  admission.enter(visitor("later"));
  t.is(admitted.at(-1), "later", "a quiet region lets everybody in at once");
});

test("[C11] while a crowd is connected, turn by turn, one reader is let in in sixty turns: the others come first", async (t) => {
  const { admission, admitted, calls } = open();
  const names = Array.from({ length: 40 }, (_, place) => `${place + 1}`);
  for (const name of names) admission.enter(visitor(name));
  const turnsOfNewcomers = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn++) {
      admission.giveWay();
      await nextTurn();
    }
  };
  await turnsOfNewcomers(9);
  t.is(admitted.length, 3 + 9 * 3, "that is no crowd yet");
  await turnsOfNewcomers(50);
  t.is(admitted.length, 30);
  await turnsOfNewcomers(1);
  t.is(admitted.length, 31, "there may be no end of connections");
  t.is(calls.crowded, 60 + 60, "as often as somebody came, and as often as some were left in line");
  await nextTurn();
  t.is(admitted.length, 34, "nobody came");
  await turnsOfNewcomers(1);
  await nextTurn();
  t.deepEqual(admitted, names);
  t.is(calls.crowded, 60 + 61 + 2);
});

test("[C11] streams and history wait like polls, posts and whoever asks how we are wait for nobody", (t) => {
  const { admission, admitted } = open();
  const messages = "/api/v1/rooms/lobby/messages";
  for (const name of ["1", "2", "3"]) admission.enter(visitor(name));
  admission.enter(visitor("stream", "/api/v1/stream?rooms=lobby"));
  admission.enter(visitor("history", messages));
  admission.enter(visitor("post", messages, { method: "POST" }));
  admission.enter(visitor("livez", "/livez"));
  admission.enter(visitor("page", "/"));
  t.deepEqual(admitted, ["1", "2", "3", "post", "livez", "page"]);
});

test("[C11] who left while waiting is not let in", async (t) => {
  const { admission, admitted } = open();
  for (const name of ["1", "2", "3"]) admission.enter(visitor(name));
  admission.enter(visitor("gone", "/api/v1/stream", { destroyed: true }));
  admission.enter(visitor("4"));
  await nextTurn();
  t.deepEqual(admitted, ["1", "2", "3", "4"]);
});

test("[A21] no more wait than there are seats: those beyond are let in, to be told that there is none", (t) => {
  const { admission, admitted } = open(2);
  for (const name of ["1", "2", "3", "4", "5", "6"]) admission.enter(visitor(name));
  t.deepEqual(admitted, ["1", "2", "3", "6"]);
});

test("[C11] those who are here give way as soon as somebody is connected", async (t) => {
  let calls = 0;
  const { port } = await openTestDoors(t, { giveWay: () => void calls++ });
  const socket = connect(port, "127.0.0.1");
  t.teardown(() => socket.destroy());
  const answered = once(socket, "data");
  socket.write("GET /livez HTTP/1.1\r\nHost: settee\r\n\r\n");
  await answered;
  t.is(calls, 1);
});

test("[C11] at the doors, too, readers that come in one turn are let in in several", async (t) => {
  const { port, chat } = await openTestDoors(t);
  let turn = 0;
  let beat = setImmediate(function next() {
    turn++;
    beat = setImmediate(next);
  });
  t.teardown(() => clearImmediate(beat));
  const subscribe = chat.subscribe.bind(chat);
  const turns = new Promise<number[]>((resolve) => {
    const all: number[] = [];
    chat.subscribe = (...asked) => {
      all.push(turn);
      if (all.length === 5) resolve(all);
      return subscribe(...asked);
    };
  });
  const socket = connect(port, "127.0.0.1");
  t.teardown(() => socket.destroy());
  await once(socket, "connect");
  socket.write("GET /api/v1/sync?rooms=lobby&cursor=fake.0 HTTP/1.1\r\nHost: settee\r\n\r\n".repeat(5));
  const [first = Number.NaN, ...others] = await turns;
  t.deepEqual(
    others.map((later) => later - first),
    [0, 0, 1, 1],
  );
});
