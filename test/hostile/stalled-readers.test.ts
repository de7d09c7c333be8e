import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { memoryUsage } from "node:process";
import test, { type ExecutionContext } from "ava";
import { collectGarbage } from "../couchdb/collect-garbage.ts";
import { temporaryDirectory } from "../process/chat-processes.ts";
import { open } from "../server/client.ts";
import { roomOf } from "../server/names.ts";
import { openTestDoors, type TestDoors } from "../server/test-doors.ts";

const STALLED = 2_000;
const LOBBY = roomOf("lobby");
/** The longest text there is: 16,000 bytes, more than a hundred of which no socket between two processes holds. */
const TEXT = "😀".repeat(4_000);
const MESSAGES = 40;
/** Their own copies of what waits would be 640 KB for each reader, 1.3 GB in all. */
const EACH_BYTES = 60 * 1024;

/**
 * Another way in to the same server: a local socket, because the system buffers only some 200 KB on it. On TCP it
 * takes megabytes for each reader before a server sees that nobody reads.
 */
async function openLocalSocket(t: ExecutionContext, doors: TestDoors): Promise<() => Socket> {
  const directory = await temporaryDirectory();
  const path = join(directory.path, "doors");
  const server = createServer((socket) => doors.doors.server.emit("connection", socket));
  server.listen({ path, backlog: STALLED });
  await once(server, "listening");
  t.teardown(async () => {
    server.close();
    await directory.remove();
  });
  return () => connect(path).on("error", () => undefined);
}

test("[A21] [I6] 2,000 readers that read nothing cost little, are cut, and are not felt by one who reads", async (t) => {
  const limits = { connectionsPerAddress: STALLED };
  const doors = await openTestDoors(t, { limits });
  const knock = await openLocalSocket(t, doors);
  const stalled = Array.from({ length: STALLED }, () => {
    const socket = knock().pause();
    socket.write("GET /api/v1/stream?rooms=lobby HTTP/1.1\r\nHost: x\r\n\r\n");
    t.teardown(() => socket.destroy());
    return socket;
  });
  while (doors.chat.readers.size < STALLED) await new Promise((resolve) => setTimeout(resolve, 10));

  const response = await open(`${doors.url}/api/v1/stream?rooms=lobby`);
  const received = { bytes: 0 };
  response.on("data", (chunk: Buffer) => (received.bytes += chunk.length));
  await collectGarbage();
  const before = memoryUsage();
  for (let n = 0; n < MESSAGES; n++) {
    doors.chat.say(LOBBY, TEXT);
    await new Promise(setImmediate);
  }
  while (received.bytes < MESSAGES * 16_000) await once(response, "data");
  await collectGarbage();
  const after = memoryUsage();
  const grownBytes = after.heapUsed + after.external - before.heapUsed - before.external;
  t.log(
    `${STALLED} stalled readers hold ${(grownBytes / STALLED / 1024).toFixed(1)} KB each; process ${(after.rss / 1e6).toFixed(0)} MB, clients included`,
  );
  t.true(grownBytes < STALLED * EACH_BYTES, `${grownBytes} bytes`);
  t.is(doors.chat.readers.size, STALLED + 1);

  doors.clock.pass(17);
  while (doors.chat.readers.size > 1) await new Promise((resolve) => setTimeout(resolve, 10));
  t.is(doors.doors.connections(), 1);
  doors.chat.say(LOBBY, "the last one");
  const hadBytes = received.bytes;
  while (received.bytes === hadBytes) await once(response, "data");
  response.destroy();
  for (const socket of stalled) socket.destroy();
});
