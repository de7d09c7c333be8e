import { performance } from "node:perf_hooks";
import test, { type ExecutionContext } from "ava";
import { openLoopDelay } from "../../server/pressure.ts";
import { ask, connectRaw, json, open, type RawConnection } from "../server/client.ts";
import { midOf, openTestDoors, type TestDoors } from "../server/test-doors.ts";

/** Of each kind; together as many connections as the security page asks for. */
const SLOW = 150;
/** What is slow gets a fifth of the usual time, so that the test sees all of it cut. */
const HASTE = { headersMs: 2_000, requestMs: 3_000, checkMs: 200 };
const POSTS = 100;
/** A person would have gone by then; on an idle machine the longest wait is some 50 ms. */
const UNBEARABLE_MS = 5_000;
const LOG_BYTES = 1024 * 1024;

const GET = "GET /livez HTTP/1.1\r\nHost: x\r\n";
const POST =
  "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n";

/** Says the beginning at once, and then one more piece every `pauseMs`, for as long as somebody listens. */
function drip(
  t: ExecutionContext,
  port: number,
  beginning: string,
  piece: string,
  pauseMs: number,
): RawConnection {
  const raw = connectRaw(port);
  raw.socket.write(beginning);
  const timer = setInterval(() => raw.socket.writable && raw.socket.write(piece), pauseMs);
  raw.socket.once("close", () => clearInterval(timer));
  t.teardown(() => raw.socket.destroy());
  return raw;
}

/** Reads a little and stops for a while, again and again. */
function sip(t: ExecutionContext, port: number): RawConnection {
  const raw = connectRaw(port);
  raw.socket.write("GET /api/v1/stream?rooms=lobby HTTP/1.1\r\nHost: x\r\n\r\n");
  raw.socket.on("data", () => raw.socket.pause());
  const timer = setInterval(() => raw.socket.resume(), 500);
  raw.socket.once("close", () => clearInterval(timer));
  t.teardown(() => raw.socket.destroy());
  return raw;
}

/** Posts and waits until a stream has shown it; the longest wait in milliseconds. */
async function converse(doors: TestDoors): Promise<number> {
  const token = await doors.signIn();
  const response = await open(`${doors.url}/api/v1/stream?rooms=lobby`);
  response.setEncoding("utf8");
  let shown = "";
  response.on("data", (text: string) => (shown += text));
  let longestMs = 0;
  for (let n = 1; n <= POSTS; n++) {
    const startMs = performance.now();
    await doors.post("lobby", { mid: midOf(n), text: `message ${n}.` }, token);
    while (!shown.includes(`message ${n}.`)) await new Promise((resolve) => response.once("data", resolve));
    longestMs = Math.max(longestMs, performance.now() - startMs);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  response.destroy();
  return longestMs;
}

test("[A9] [A10] slow headers, bodies and readers by the hundred are cut or borne, and whoever is not slow does not wait", async (t) => {
  const doors = await openTestDoors(t, { limits: HASTE });
  const headers = Array.from({ length: SLOW }, () => drip(t, doors.port, GET, "X-a: b\r\n", 100));
  const bodies = Array.from({ length: SLOW }, () => drip(t, doors.port, POST, " ", 100));
  const readers = Array.from({ length: SLOW }, () => sip(t, doors.port));
  while (doors.chat.readers.size < SLOW) await new Promise((resolve) => setTimeout(resolve, 10));

  const longestMs = await converse(doors);
  t.log(`longest wait from a POST to the reader among ${3 * SLOW} slow clients: ${longestMs.toFixed(0)} ms`);
  t.true(longestMs < UNBEARABLE_MS);

  for (const { ended } of [...headers, ...bodies])
    t.regex(await ended, /^HTTP\/1\.1 408 .*"code":"request-timeout"/s);
  while (doors.chat.readers.size > SLOW) await new Promise(setImmediate);
  t.true(
    readers.every(({ socket }) => !socket.destroyed),
    "who reads slowly but reads is not cut",
  );
  t.is(json(await ask(`${doors.url}/livez`))["status"], "alive");
  for (const { socket } of readers) socket.destroy();
  while (doors.chat.readers.size > 0) await new Promise(setImmediate);
  const logBytes = Buffer.byteLength(doors.lines.join(""));
  t.log(`log: ${doors.lines.length} lines, ${logBytes} bytes`);
  t.true(logBytes < LOG_BYTES);
});

test("[A22] the delay of the event loop under 200 busy connections is measured and told", async (t) => {
  const doors = await openTestDoors(t, { loopDelay: openLoopDelay() });
  const tokens = await Promise.all(Array.from({ length: 20 }, (_, n) => doors.signIn(`Ana ${n}`)));
  const untilMs = performance.now() + 2_000;
  const beat = setInterval(() => doors.clock.pass(1), 1_000);
  t.teardown(() => clearInterval(beat));
  let asked = 0;
  let highestMs = 0;
  const statuses = new Map<number, number>();
  async function press(connection: number): Promise<void> {
    while (performance.now() < untilMs) {
      asked++;
      const token = tokens[connection % tokens.length];
      const isPost = connection % 4 === 0 && token !== undefined;
      const { status } = isPost
        ? await doors.post(`room-${connection}`, { mid: midOf(asked), text: "hello" }, token)
        : await ask(`${doors.url}/api/v1/regions`);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      highestMs = Math.max(highestMs, doors.doors.figures().loopDelayMs);
    }
  }
  await Promise.all(Array.from({ length: 200 }, (_, connection) => press(connection)));
  t.log(
    `${asked} requests in 2 s, clients and server in one process; longest delay ${highestMs.toFixed(0)} ms`,
  );
  t.deepEqual(
    [...statuses.keys()].toSorted((one, other) => one - other),
    [200, 201],
  );
});
