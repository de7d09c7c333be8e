import { EventEmitter, once } from "node:events";
import type { Socket } from "node:net";
import test, { type ExecutionContext } from "ava";
import { branded } from "../../sync/brand.ts";
import { BEGINNING, type Since, type Store, type StoreFaultCode } from "../../sync/store.ts";
import { FeedDiary } from "./feed-diary.ts";
import {
  answer,
  chunk,
  FEED_HEAD,
  feedOf,
  LAST_CHUNK,
  scriptedStore,
  type Script,
} from "./scripted-server.ts";

/** What a feed would wait for if it did not have to end first. */
const PATIENT = { silenceMs: 60_000, deadlineMs: 60_000 };

const row = (id: string, seq: string | null = `1-${id}`) =>
  `${JSON.stringify({ seq, id, changes: [{ rev: "1-a" }], doc: { _id: id, _rev: "1-a", text: "é😀" } })}\n`;

async function followed(
  t: ExecutionContext,
  script: Script,
  options: { silenceMs?: number; deadlineMs?: number; maxLineBytes?: number } = {},
) {
  const { store, server } = await scriptedStore(t, script, { ...PATIENT, ...options });
  const diary = new FeedDiary();
  const close = store.follow(BEGINNING, diary);
  return { store, server, diary, close };
}

test("a feed is one request: continuous, with documents and a heartbeat, not compressed", async (t) => {
  const { diary, server } = await followed(t, (_, socket) => socket.write(feedOf("\n")));
  await diary.until(({ openings }) => openings === 1);
  const [asked] = server.asked;
  const path = "/settee/_changes?feed=continuous&include_docs=true&conflicts=true&heartbeat=1000&since=0";
  t.like(asked, { method: "GET", path });
  t.regex(asked?.head ?? "", /^authorization: Basic cmVnaW9uOnBsYW50ZWQgc2VjcmV0$/im);
  t.notRegex(asked?.head ?? "", /accept-encoding/i);
});

test("a feed is open when bytes come, not before", async (t) => {
  const sockets = new EventEmitter();
  const { diary } = await followed(t, (_, socket) => {
    socket.write(FEED_HEAD, () => sockets.emit("head", socket));
  });
  const [socket]: Socket[] = await once(sockets, "head");
  t.is(diary.openings, 0);
  socket?.write(chunk("\n"));
  await diary.until(({ openings }) => openings === 1);
  t.deepEqual(diary.rows, []);
  t.is(diary.calls, 0);
});

test("[S5] rows cut anywhere, also inside a UTF-8 character, come out whole", async (t) => {
  const bytes = Buffer.from(row("a:1") + "\n" + row("a:2"));
  const script: Script = (_, socket) => {
    socket.setNoDelay(true);
    socket.write(FEED_HEAD);
    for (const byte of bytes) socket.write(chunk(Buffer.of(byte)));
  };
  const { diary } = await followed(t, script);
  await diary.untilSeen(["a:1", "a:2"]);
  t.like(diary.rows[0], { document: { text: "é😀" } });
  t.is(diary.skipped, 0);
});

test("[S5] a row that was cut off is dropped, and the bookmark stands before it", async (t) => {
  const bytes = feedOf(row("a:1") + row("a:2").slice(0, -9));
  const { diary } = await followed(t, (_, socket) => socket.end(bytes));
  t.is((await diary.untilEnded())?.code, "unreachable");
  t.deepEqual(diary.ids, ["a:1"]);
  t.is(String(diary.since), "1-a:1");
});

test("rows without a bookmark leave the last one standing, and blank lines mean nothing", async (t) => {
  const lines = ["\n\n", row("a:1", "1-x"), "\n", row("a:2", null), "\r\n", row("a:3", null)];
  const { diary } = await followed(t, (_, socket) => socket.write(feedOf(lines.join(""))));
  await diary.untilSeen(["a:1", "a:2", "a:3"]);
  t.is(String(diary.since), "1-x");
  t.is(diary.calls, 1);
});

test("a deletion's row has no document, also when the tombstone has a body", async (t) => {
  const tombstone = { seq: "2-x", id: "a:1", deleted: true, doc: { _id: "a:1", _deleted: true, text: "x" } };
  const bytes = feedOf(`${JSON.stringify(tombstone)}\n`);
  const { diary } = await followed(t, (_, socket) => socket.write(bytes));
  await diary.untilSeen(["a:1"]);
  t.deepEqual(diary.rows, [{ id: "a:1" }]);
});

test("[S6] lines that are no rows are skipped and counted, and none of them looks like a deletion", async (t) => {
  const garbage = [
    "{",
    "null",
    "[]",
    '"text"',
    "<html>",
    '{"seq":"1-x"}',
    '{"seq":"1-x","id":"b","doc":null}',
  ];
  const bytes = feedOf(`${garbage.join("\n")}\n${row("a:1")}`);
  const { diary } = await followed(t, (_, socket) => socket.write(bytes));
  await diary.untilSeen(["a:1"]);
  t.deepEqual(diary.ids, ["a:1"]);
  t.is(diary.skipped, garbage.length);
});

test("[S6] a line over the limit is skipped and counted, and those around it come through", async (t) => {
  const long = chunk("x".repeat(30_000));
  const script: Script = (_, socket) => {
    socket.write(feedOf(row("a:1")));
    for (let part = 0; part < 50; part++) socket.write(long);
    socket.write(chunk("\n" + row("a:2")));
  };
  const { diary } = await followed(t, script, { maxLineBytes: 100_000 });
  await diary.untilSeen(["a:1", "a:2"]);
  t.is(diary.skipped, 1);
});

test("a last line ends the feed as the store's own doing, behind its rows", async (t) => {
  const last = '{"last_seq":"9-x","pending":0}\n';
  const { diary } = await followed(t, (_, socket) => {
    socket.write(feedOf(row("a:1") + last, "\n"));
    socket.write(LAST_CHUNK);
  });
  t.is((await diary.untilEnded())?.code, "unavailable");
  t.deepEqual(diary.ids, ["a:1"]);
});

const ordinaryEnds: Record<string, Script> = {
  "[S3] a second answer inside the first": (_, socket) => {
    socket.write(feedOf(row("a:1")));
    socket.write(answer(412, { error: "nodedown", reason: "progress not possible" }));
  },
  "a lost connection": (_, socket) => {
    socket.write(feedOf(row("a:1")), () => socket.destroy());
  },
  "an end without a last line": (_, socket) => {
    socket.write(feedOf(row("a:1")));
    socket.write(LAST_CHUNK);
  },
};
for (const [what, script] of Object.entries(ordinaryEnds)) {
  test(`${what} is an ordinary end, once, behind the rows that came`, async (t) => {
    const { diary } = await followed(t, script);
    t.is((await diary.untilEnded())?.code, "unreachable");
    t.deepEqual(diary.ids, ["a:1"]);
    t.is(diary.ends.length, 1);
  });
}

test("[S3] a feed that says nothing for too long is dead, and its connection is closed", async (t) => {
  const server = new EventEmitter();
  const script: Script = (_, socket) => {
    socket.write(feedOf("\n"));
    socket.on("close", () => server.emit("closed"));
  };
  const closed = once(server, "closed");
  const { diary } = await followed(t, script, { silenceMs: 50 });
  const fault = await diary.untilEnded();
  t.is(fault?.code, "unreachable");
  t.is(diary.openings, 1);
  await closed;
});

test("[S3] a head that does not come within the deadline is a dead feed, too", async (t) => {
  const { diary } = await followed(t, () => undefined, { deadlineMs: 50 });
  t.is((await diary.untilEnded())?.code, "unreachable");
  t.is(diary.openings, 0);
});

test("[S3] heartbeats keep a feed alive that has nothing to say", async (t) => {
  const { store, diary } = await followed(
    t,
    ({ path }, socket) => {
      socket.write(feedOf("\n"));
      if (path.includes("since=silent")) return;
      const beat = setInterval(() => socket.write(chunk("\n")), 20);
      socket.on("close", () => clearInterval(beat));
    },
    { silenceMs: 400 },
  );
  await diary.until(({ openings }) => openings === 1);
  for (const _ of [1, 2]) await untilSilenceEnds(store);
  t.deepEqual(diary.ends, []);
});

test("[S3] a listener that takes its time is no silence of the store", async (t) => {
  const bytes = feedOf(row("a:1"));
  const { store, diary } = await followed(t, (_, socket) => socket.write(bytes), { silenceMs: 100 });
  const goOn = diary.dawdle();
  await diary.untilSeen(["a:1"]);
  for (const _ of [1, 2]) await untilSilenceEnds(store);
  t.deepEqual(diary.ends, []);
  goOn();
  t.is((await diary.untilEnded())?.code, "unreachable");
});

test("[R7] bytes that came while this process stood still are no silence", async (t) => {
  const { diary } = await followed(
    t,
    (_, socket) => {
      socket.write(feedOf("\n"));
      const sendAndStandStill = (): void => {
        socket.write(chunk(row("a:1")));
        standStill(400);
      };
      // After the event loop has read and before its timers: the watchdog comes first then.
      setTimeout(() => setImmediate(sendAndStandStill), 100);
    },
    { silenceMs: 300 },
  );
  await diary.until(({ rows, ends }) => rows.length > 0 || ends.length > 0);
  t.deepEqual(diary.ids, ["a:1"]);
});

const refusals: [string, StoreFaultCode, number, unknown, Record<string, string>?][] = [
  ["[S11] a 401", "denied", 401, { error: "unauthorized", reason: "Name or password is incorrect." }],
  ["[S11] a 403", "denied", 403, { error: "forbidden", reason: "Account is temporarily locked" }],
  ["[S12] a 404 in CouchDB's words", "missing", 404, { error: "not_found", reason: "no_db_file" }],
  ["[S6] a proxy's 404", "unreachable", 404, "<html>not here</html>"],
  ["[S13] a 412 `nodedown`", "unavailable", 412, { error: "nodedown", reason: "progress not possible" }],
  ["[S13] a 503", "unavailable", 503, "", { "Retry-After": "5" }],
  ["[S13] a 500", "failing", 500, { error: "error", reason: "timeout" }],
  ["[S28] a 400 about the bookmark", "since-refused", 400, { error: "bad_request", reason: "Malformed" }],
  ["[S27] a proxy's 400", "unreachable", 400, "<html>bad gateway configuration</html>"],
  ["a redirect", "unreachable", 302, "", { Location: "/elsewhere" }],
  ["[S6] HTML with status 200", "unreachable", 200, "<html>", { "Content-Type": "text/html; charset=utf-8" }],
  ["[S6] a compressed feed", "unreachable", 200, "\u001f\u008b\n", { "Content-Encoding": "gzip" }],
];
for (const [what, code, status, body, headers] of refusals) {
  test(`${what} instead of a feed is \`${code}\`, and the feed never opened`, async (t) => {
    const { diary, server } = await followed(t, (_, socket) => socket.write(answer(status, body, headers)));
    const fault = await diary.untilEnded();
    t.is(fault?.code, code);
    t.is(fault?.retryAfterMs, headers?.["Retry-After"] === undefined ? undefined : 5000);
    t.is(diary.openings, 0);
    t.is(server.asked.length, 1);
    t.notRegex(JSON.stringify(fault), /planted|secret/, "[A24]");
  });
}

test("[S6] a complaint without an end is not read to its end", async (t) => {
  const more = chunk("x".repeat(10_000));
  const { diary } = await followed(t, (_, socket) => {
    const flood = (): void => {
      while (socket.writable && socket.write(more));
    };
    socket.write("HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n");
    socket.on("drain", flood);
    flood();
  });
  t.is((await diary.untilEnded())?.code, "failing");
});

test("closing a feed closes its connection at once, also while the listener is busy", async (t) => {
  const server = new EventEmitter();
  const closed = once(server, "closed");
  const { diary, close } = await followed(t, (_, socket) => {
    socket.write(feedOf(row("a:1")));
    socket.on("close", () => server.emit("closed"));
  });
  const goOn = diary.dawdle();
  await diary.untilSeen(["a:1"]);
  close();
  await closed;
  goOn();
  await Promise.resolve();
  t.deepEqual(diary.ends, []);
  t.is(diary.calls, 1);
});

/** The time a silence takes, told by a feed that has to end of it. */
async function untilSilenceEnds(store: Store): Promise<void> {
  const witness = new FeedDiary();
  store.follow(branded<Since>("silent"), witness);
  await witness.untilEnded();
}

function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
