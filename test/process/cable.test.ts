import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { Cable } from "./cable.ts";

/** Far away somebody who repeats what he hears; a line to him through a cable. */
async function openLine(t: ExecutionContext): Promise<{ cable: Cable; call: () => Promise<Caller> }> {
  const far = createServer((socket) => void socket.on("error", () => undefined).pipe(socket));
  far.listen(0, "127.0.0.1");
  await once(far, "listening");
  const address = far.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const cable = await Cable.to(new URL(`http://127.0.0.1:${port}`));
  t.teardown(async () => {
    await cable.close();
    far.close();
  });
  const call = async (): Promise<Caller> => {
    const socket = connect(Number(new URL(cable.urlFor("http://127.0.0.1")).port), "127.0.0.1");
    t.teardown(() => void socket.destroy());
    return new Caller(socket);
  };
  return { cable, call };
}

class Caller {
  readonly #socket: Socket;
  heard = "";
  end: "open" | "closed" | "reset" = "open";
  #changed: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1").on("data", (text: string) => {
      this.heard += text;
      this.#changed();
    });
    socket.on("error", () => (this.end = "reset"));
    socket.on("close", () => {
      if (this.end === "open") this.end = "closed";
      this.#changed();
    });
  }

  say(text: string): void {
    this.#socket.write(text);
  }

  async until(condition: (caller: Caller) => boolean): Promise<void> {
    while (!condition(this))
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
  }
}

test("a whole cable carries what is said, both ways", async (t) => {
  const { call } = await openLine(t);
  const caller = await call();
  caller.say("one");
  await caller.until(({ heard }) => heard === "one");
  caller.say(" two");
  await caller.until(({ heard }) => heard === "one two");
  t.is(caller.end, "open");
});

test("a cut cable ends the connections there are, and new ones too", async (t) => {
  const { cable, call } = await openLine(t);
  const caller = await call();
  caller.say("one");
  await caller.until(({ heard }) => heard === "one");
  cable.become({ type: "cut" });
  await caller.until(({ end }) => end !== "open");
  const late = await call();
  await late.until(({ end }) => end !== "open");
  cable.become({ type: "whole" });
  const next = await call();
  next.say("two");
  await next.until(({ heard }) => heard === "two");
  t.is(late.heard, "");
});

test("a reset is one, in the middle of a connection", async (t) => {
  const { cable, call } = await openLine(t);
  const caller = await call();
  caller.say("one");
  await caller.until(({ heard }) => heard === "one");
  cable.become({ type: "reset" });
  await caller.until(({ end }) => end !== "open");
  t.is(caller.end, "reset");
});

test("a dead cable says nothing to anybody, and what it held comes later when it lives again", async (t) => {
  const { cable, call } = await openLine(t);
  const [caller, other] = [await call(), await call()];
  caller.say("one");
  await caller.until(({ heard }) => heard === "one");
  cable.become({ type: "dead" });
  caller.say(" two");
  other.say("also");
  cable.become({ type: "whole" });
  await caller.until(({ heard }) => heard === "one two");
  await other.until(({ heard }) => heard === "also");
  t.deepEqual([caller.end, other.end], ["open", "open"]);
});

test("mending a dead cable ends what hung on it", async (t) => {
  const { cable, call } = await openLine(t);
  const caller = await call();
  caller.say("one");
  await caller.until(({ heard }) => heard === "one");
  cable.goDead();
  caller.say(" two");
  cable.mend();
  await caller.until(({ end }) => end !== "open");
  t.is(caller.heard, "one");
});

test("a mute cable takes what it is sent; the connection is of no use afterwards", async (t) => {
  const { cable, call } = await openLine(t);
  const caller = await call();
  caller.say("one");
  await caller.until(({ heard }) => heard === "one");
  cable.become({ type: "mute" });
  caller.say(" two");
  // It is on its way in the same process: some turns of the event loop and it has been read.
  for (let turn = 0; turn < 100; turn++) await nextTurn();
  cable.become({ type: "whole" });
  await caller.until(({ end }) => end !== "open");
  t.is(caller.heard, "one");
});

test("a late and a narrow cable deliver all of it", async (t) => {
  const { cable, call } = await openLine(t);
  for (const weather of [
    { type: "late", delayMs: 20 },
    { type: "narrow", bytesPerSecond: 1_000_000 },
  ] as const) {
    cable.become(weather);
    const caller = await call();
    caller.say("x".repeat(100_000));
    await caller.until(({ heard }) => heard.length === 100_000);
    t.is(caller.end, "open");
  }
});

test("a brittle cable breaks in the middle of an answer, after just so many bytes", async (t) => {
  const { cable, call } = await openLine(t);
  cable.become({ type: "brittle", bytes: 10 });
  const caller = await call();
  caller.say("0123456789abcdef");
  await caller.until(({ end }) => end !== "open");
  t.is(caller.heard, "0123456789");
});

test("a denying cable tells every request that its password is wrong, without asking anybody", async (t) => {
  const { cable, call } = await openLine(t);
  cable.become({ type: "denying" });
  const caller = await call();
  caller.say("GET / HTTP/1.1\r\n\r\n");
  await caller.until(({ end }) => end !== "open");
  t.regex(caller.heard, /^HTTP\/1\.1 401 /);
});

test("a trap springs at the answer it waits for, lets just so much pass, and holds that line only", async (t) => {
  const { cable, call } = await openLine(t);
  const { sprung } = cable.lay({ asked: "/_bulk_docs", answered: "", passBytes: 4 });
  const [writer, other] = [await call(), await call()];
  other.say("GET /_changes HTTP/1.1\r\n");
  await other.until(({ heard }) => heard.includes("_changes"));
  writer.say("POST /_bulk_docs HTTP/1.1\r\n");
  await sprung;
  await writer.until(({ heard }) => heard === "POST");
  other.say("POST /_bulk_docs HTTP/1.1\r\n");
  await other.until(({ heard }) => heard.includes("_bulk_docs"));
  t.is(writer.end, "open");
  cable.mend();
  await writer.until(({ end }) => end !== "open");
});

test("a cable keeps its address when what is behind it moves", async (t) => {
  const { cable, call } = await openLine(t);
  const moved = createServer((socket) => void socket.end("moved"));
  moved.listen(0, "127.0.0.1");
  await once(moved, "listening");
  t.teardown(() => void moved.close());
  const address = moved.address();
  cable.lead(new URL(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`));
  const caller = await call();
  await caller.until(({ end }) => end !== "open");
  t.is(caller.heard, "moved");
});
