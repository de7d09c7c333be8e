import test from "ava";
import { faultOf, load } from "../load-process.ts";
import { dialectOf } from "../load/dialects.ts";
import type { Answer } from "../load/http-line.ts";
import { textFrame } from "../load/web-socket.ts";
import { smallJob } from "../small.ts";
import { startPeer, WAYS } from "./contestants.ts";
import { presentPeers } from "./present.ts";

function answerOf(text: string): Answer {
  return { status: 200, head: "", body: Buffer.from(text), isLast: false };
}

test("somebody who polls Socket.IO greets, connects, and polls with the id that was given", (t) => {
  const dialect = dialectOf("socket.io");
  const server = new URL("http://127.0.0.1:1");
  t.regex(dialect.poll(server, undefined), /^GET \S+transport=polling HTTP/);
  const greeted = dialect.cursorOf(answerOf('0{"sid":"abc","upgrades":[]}'), undefined);
  t.regex(dialect.poll(server, greeted), /^POST \S+&sid=abc [^]*\r\n\r\n40$/);
  const connected = dialect.cursorOf(answerOf("ok"), greeted);
  t.regex(dialect.poll(server, connected), /^GET \S+&sid=abc HTTP/);
  t.is(
    dialect.cursorOf(answerOf('42["said",{"text":"\\"sid\\":\\"other\\""}]'), connected),
    undefined,
    "it stays",
  );
});

test("somebody who polls Faye shakes hands, subscribes, and connects with the id that was given", (t) => {
  const dialect = dialectOf("faye");
  const server = new URL("http://127.0.0.1:1");
  const handshake = '[{"channel":"/meta/handshake","successful":true,"clientId":"abc"}]';
  t.regex(dialect.poll(server, undefined), /^POST \/faye [^]*"\/meta\/handshake"/);
  const greeted = dialect.cursorOf(answerOf(handshake), undefined);
  t.regex(dialect.poll(server, greeted), /"\/meta\/subscribe","clientId":"abc","subscription"/);
  const joined = dialect.cursorOf(answerOf("[]"), greeted);
  t.regex(dialect.poll(server, joined), /"\/meta\/connect","clientId":"abc"/);
  const [first, second] = dialect.greetings ?? [];
  t.regex(first?.("HTTP/1.1 101") ?? "", /"\/meta\/handshake"/);
  t.regex(second?.(handshake) ?? "", /"clientId":"abc","subscription".*"clientId":"abc","connectionType"/);
});

test("a WebSocket's text is masked with zeros, behind its length", (t) => {
  t.is(textFrame("40"), "\x81\x82\0\0\0\x0040");
  t.is(textFrame("x".repeat(300)), `\x81\xfe\x01\x2c\0\0\0\0${"x".repeat(300)}`);
});

test("peers that this machine has miss and repeat nothing", async (t) => {
  const present = await presentPeers();
  t.log(present.length === 0 ? "it has none" : present.join(", "));
  for (const peer of present) {
    const running = await startPeer(peer);
    t.teardown(() => running.stop());
    for (const via of ["poll", "stream"] as const) {
      if (WAYS[peer][via] === undefined) continue;
      const outcome = await load(smallJob(running.target, via));
      t.is(faultOf(outcome), undefined, `${peer} by ${via}`);
      t.true(outcome.sent > 0);
    }
  }
  t.pass();
});
