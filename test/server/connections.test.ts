import { EventEmitter, once } from "node:events";
import { Socket } from "node:net";
import test from "ava";
import { addressKey, Connections } from "../../server/connections.ts";
import { DOOR_LIMITS } from "../../server/limits.ts";
import { ask, connectRaw } from "./client.ts";
import { roomOf } from "./names.ts";
import { TestClock } from "./test-clock.ts";
import { openTestDoors } from "./test-doors.ts";

const LOBBY = roomOf("lobby");

test("[A7] an address is an IPv4 host or an IPv6 /64, however it is written", (t) => {
  t.is(addressKey("192.0.2.7"), "192.0.2.7");
  t.is(addressKey("::ffff:192.0.2.7"), "192.0.2.7");
  t.is(addressKey("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2");
  t.is(addressKey("2001:db8:1:2::6"), "2001:db8:1:2");
  t.is(addressKey("2001:0DB8:0001:2::"), "2001:db8:1:2");
  t.is(addressKey("2001:db8::6"), "2001:db8:0:0");
  t.is(addressKey("::2"), "0:0:0:0");
  t.is(addressKey("fe80::1%eth0"), "fe80:0:0:0");
});

test("[A7] this machine is nobody in particular: a proxy on it speaks for everyone", (t) => {
  for (const address of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
    t.is(addressKey(address), undefined);
});

/** Connections from wherever, without a network. */
function openTestConnections() {
  const server = new EventEmitter();
  const limits = { ...DOOR_LIMITS, connections: 10, connectionsPerAddress: 2, connectionsToldSo: 1 };
  const connections = new Connections(server, limits, new TestClock());
  function connect(address: string): Socket {
    const socket = new Socket();
    Object.defineProperty(socket, "remoteAddress", { value: address });
    server.emit("connection", socket);
    return socket;
  }
  return { connections, connect };
}

test("[A7] one address has its own limit, which others do not feel", async (t) => {
  const { connections, connect } = openTestConnections();
  const [first, , told, cut] = ["a", "b", "c", "d"].map((last) => connect(`2001:db8::${last}`));
  if (first === undefined || told === undefined || cut === undefined) return t.fail();
  t.false(connections.isRefused(first));
  t.true(connections.isRefused(told));
  t.true(cut.destroyed);
  t.false(connections.isRefused(connect("192.0.2.1")));
  for (let n = 0; n < 3; n++) t.false(connections.isRefused(connect("127.0.0.1")));
  t.is(connections.count, 7);
  for (const socket of [first, told]) {
    socket.destroy();
    await once(socket, "close");
  }
  t.false(connections.isRefused(connect("2001:db8::e")));
  return undefined;
});

test("[A7] connections over the limit are told so, those far over it are cut, and a closed one makes room", async (t) => {
  const { port, url, doors } = await openTestDoors(t, { limits: { connections: 2, connectionsToldSo: 1 } });
  const request = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
  const raws = [connectRaw(port), connectRaw(port)];
  for (const raw of raws) {
    raw.socket.write(request);
    t.regex(await raw.received("alive"), /^HTTP\/1.1 200/);
  }
  const told = connectRaw(port);
  told.socket.write(request);
  t.regex(await told.received("too-many-connections"), /^HTTP\/1.1 503 .*\r\nretry-after: 10\r\n/is);
  t.regex(await told.ended, /too-many-connections/);

  const waiting = connectRaw(port);
  const cut = connectRaw(port);
  cut.socket.write(request);
  t.is(await cut.ended, "");
  for (const raw of [...raws, waiting]) raw.socket.destroy();
  await Promise.all([...raws, waiting].map(({ ended }) => ended));
  while (doors.connections() > 0) await new Promise(setImmediate);
  t.is((await ask(`${url}/livez`)).status, 200);
});

test("[A9] a connection that takes nothing of what is sent to it for 15 seconds is cut", async (t) => {
  const { port, chat, clock, doors } = await openTestDoors(t, { limits: { backlogBytes: 2 ** 30 } });
  const raw = connectRaw(port);
  raw.socket.write("GET /api/v1/stream?rooms=lobby HTTP/1.1\r\nHost: x\r\n\r\n");
  await raw.received("event: reset");
  raw.socket.pause();
  // More than any socket buffer of the two ends holds.
  const text = "x".repeat(4000);
  for (let n = 0; n < 5000; n++)
    chat.arrive({ type: "message", message: chat.messages[0] ?? chat.say(LOBBY, text) });
  await new Promise(setImmediate);
  clock.pass(14);
  t.is(doors.connections(), 1);
  clock.pass(2);
  while (doors.connections() > 0) await new Promise(setImmediate);
  t.is(chat.readers.size, 0);
});

test("[A9] a connection that is only idle is not cut", async (t) => {
  const { port, clock, chat, doors } = await openTestDoors(t, { limits: { heartbeatSeconds: 63 } });
  const raw = connectRaw(port);
  raw.socket.write("GET /api/v1/stream?rooms=lobby HTTP/1.1\r\nHost: x\r\n\r\n");
  await raw.received("event: reset");
  clock.pass(60);
  t.is(doors.connections(), 1);
  chat.say(LOBBY, "still here");
  t.regex(await raw.received("still here"), /event: message/);
});
