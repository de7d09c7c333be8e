import { once } from "node:events";
import test, { type ExecutionContext } from "ava";
import { parseArguments } from "./arguments.ts";
import { bareServer } from "./bare/server.ts";
import { stream } from "./bare/stream.ts";
import { at, inChat, startBare, type Target } from "./contestant.ts";
import { faultOf, load } from "./load-process.ts";
import { Histogram } from "./load/histogram.ts";
import { parseAnswer } from "./load/http-line.ts";
import { Ledger, Page } from "./load/ledger.ts";
import { median } from "./median.ts";
import { runPeer } from "./parts/peers.ts";
import { plotSvg } from "./plot.ts";
import { openProgress } from "./progress.ts";
import { isReached, ratioOf, type Row } from "./row.ts";
import { SIZES } from "./sizes.ts";
import { smallJob, tinyBench } from "./small.ts";
import { tableText } from "./table.ts";

test("a median is the middle one, or the mean of the two in the middle", (t) => {
  t.is(median([3, 1, 2]), 2);
  t.is(median([4, 1, 2, 3]), 2.5);
  t.is(median([7]), 7);
  t.is(median([]), Number.NaN);
});

test("a ratio is ours by the baseline's, and a goal is held to it or to ours itself", (t) => {
  const row: Row = { part: "fanout", name: "", unit: "ms", ours: 12, bare: { name: "", value: 10 } };
  t.is(ratioOf(row), 1.2);
  const reached = (of: "ratio" | "value", is: "at most" | "at least", limit: number) =>
    isReached({ ...row, goal: { of, is, limit } });
  t.true(reached("ratio", "at most", 1.2));
  t.false(reached("ratio", "at most", 1.19));
  t.true(reached("value", "at least", 12));
  t.false(reached("value", "at least", 12.1));
  t.is(isReached(row), undefined);
  t.false(isReached({ ...row, ours: Number.NaN, goal: { of: "value", is: "at most", limit: 1 } }));
});

test("the table names what was not reached, and where the load generator was the limit", (t) => {
  const row: Row = { part: "idle", name: "memory", unit: "kB", ours: 9.876, isLoadBound: true };
  const goal = { of: "value", is: "at most", limit: 5 } as const;
  const text = tableText([row, { ...row, name: "more", goal, bare: { name: "bare", value: 10 } }]);
  t.regex(text, /\nidle\n {2}memory +9\.88 kB +the load generator was the limit\n/);
  t.regex(text, /\n {2}more +9\.88 kB +10\.0 \(bare\) +0\.99 +≤ 5 kB +✗ not reached the load/);
});

test("the picture has a bar for each server, and none without figures", (t) => {
  const cpu: Row = {
    part: "fanout",
    name: "SSE, 1: CPU",
    unit: "s/M",
    ours: 7,
    bare: { name: "bare", value: 14 },
  };
  const across = {
    part: "latency",
    name: "POST in one region → reader in another: p50",
    unit: "ms",
  } as const;
  const pair: Row = { ...cpu, part: "peers", name: "two servers, stream, 1: CPU" };
  const svg = plotSvg([cpu, pair, { ...across, ours: 9, bare: { name: "PUT → row", value: 3 } }]) ?? "";
  t.deepEqual(svg.match(/(?<=>)[^<>]*(?= m?s<)/g), ["7.00", "14.0", "9.00", "3.00"]);
  const [ours = 0, bare = 0] = [...svg.matchAll(/width="([0-9.]+)" height/g)].map(([, width]) =>
    Number(width),
  );
  t.is(bare, 2 * ours);
  t.is(plotSvg([]), undefined);
});

test("another's store is named without its last slash, and one that cannot be spoken with is a mistake", (t) => {
  const url = "http://admin:secret@127.0.0.1:5984";
  t.like(parseArguments([], `${url}/`), { type: "options", couchdbUrl: url });
  t.like(parseArguments([], ""), { type: "options", couchdbUrl: undefined });
  for (const wrong of ["couch", "https://admin:secret@couch.example:6984", "http://couch.example"]) {
    const mistake = parseArguments([], wrong);
    t.is(mistake.type, "mistake");
    t.notRegex(JSON.stringify(mistake), /secret/);
  }
});

test("arguments name parts and a size, and nothing else", (t) => {
  t.like(parseArguments([]), { type: "options", size: "usual", isJson: false });
  t.like(parseArguments(["idle", "fanout", "--quick", "--json"]), {
    parts: ["fanout", "idle"],
    size: "quick",
    isJson: true,
  });
  for (const wrong of [["speed"], ["--quick", "--full"], ["--slow"]])
    t.is(parseArguments(wrong).type, "mistake");
});

test("a histogram gives quantiles by nearest rank, to a tenth of a millisecond", (t) => {
  const histogram = new Histogram();
  t.deepEqual(histogram.spread(), { count: 0, p50Ms: 0, p99Ms: 0 });
  for (let ms = 1; ms <= 100; ms++) histogram.add(ms);
  t.deepEqual(histogram.spread(), { count: 100, p50Ms: 50.05, p99Ms: 99.05 });
});

function event(text: string | undefined): string {
  return `data: ${JSON.stringify({ text })}\n\n`;
}

test("what a reader has is counted once, what it has twice is repeated, and other runs' messages are nobody's", (t) => {
  const ledger = new Ledger("run", 40);
  const page = new Page();
  const sent = Array.from({ length: 1_000 }, (_, ms) => ledger.next(ms));
  t.is(sent[0]?.text.length, 40);
  ledger.beginTiming();
  ledger.next(1_000);
  for (const { text } of sent.toReversed()) ledger.read(Buffer.from(event(text)), page, 2_000);
  t.is(page.had, 1_000);
  t.is(ledger.deliveries.spread().count, 0, "they were sent before its time");
  const [one, two] = sent;
  ledger.read(Buffer.from(event(one?.text) + event(two?.text)), page, 2_000);
  t.is(page.repeated, 2);
  ledger.read(Buffer.from(event(new Ledger("another", 40).next(0).text)), page, 2_000);
  t.is(page.had, 1_000);
});

test("an answer is whole by its length, or by its last chunk", (t) => {
  const head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n";
  t.is(parseAnswer(Buffer.from(head)), undefined);
  t.is(parseAnswer(Buffer.from(`${head}\r\nabc`)), undefined);
  const whole = parseAnswer(Buffer.from(`${head}Connection: close\r\n\r\nabcd`));
  t.deepEqual([whole?.status, whole?.body.toString(), whole?.isLast], [200, "abcd", true]);
  const chunked = "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n";
  t.is(parseAnswer(Buffer.from(chunked)), undefined);
  t.is(parseAnswer(Buffer.from(`${chunked}0\r\n\r\n`))?.status, 201);
});

test("progress is a line for each run where nobody watches", (t) => {
  const lines: string[] = [];
  const progress = openProgress({ write: (text) => lines.push(text) }, 2);
  for (const run of ["one", "two"]) {
    progress.began(run);
    progress.ended();
  }
  progress.close();
  t.deepEqual(lines, ["1/2 one\n", "2/2 two\n"]);
});

/** A bare server that says every message so often, on a free port of the loopback. */
async function serverThatSays(t: ExecutionContext, times: (message: number) => number): Promise<Target> {
  const chat = stream((flush) => flush());
  let messages = 0;
  const said = (json: string): void => {
    messages++;
    for (let time = 0; time < times(messages); time++) chat.said(json);
  };
  const server = bareServer({ ...chat, said });
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  return { dialect: "settee", postTo: [url], readFrom: [url], pids: [] };
}

test("nothing is amiss at a bare server that says each message once", async (t) => {
  const outcome = await load(smallJob(await serverThatSays(t, () => 1)));
  t.is(faultOf(outcome), undefined);
  t.true(outcome.sent > 0);
});

test("a message that is never delivered is lost, for each reader", async (t) => {
  const outcome = await load(smallJob(await serverThatSays(t, (message) => (message === 2 ? 0 : 1))));
  t.is(faultOf(outcome), `${SIZES.tiny.readers} lost, 0 repeated, 0 refused`);
});

test("a message that is delivered twice is repeated, for each reader", async (t) => {
  const outcome = await load(smallJob(await serverThatSays(t, (message) => (message === 2 ? 2 : 1))));
  t.is(faultOf(outcome), `0 lost, ${SIZES.tiny.readers} repeated, 0 refused`);
});

test("a peer that loses messages, or has ended, is named, and no other figure is worth the less", async (t) => {
  const bench = tinyBench();
  const good = await serverThatSays(t, () => 1);
  t.true(((await runPeer("good", smallJob(good), bench))?.sent ?? 0) > 0);
  const lossy = await serverThatSays(t, (message) => (message === 2 ? 0 : 1));
  t.is(await runPeer("lossy", smallJob(lossy), bench), undefined);
  const bare = await startBare(["stream"]);
  const ending = runPeer("ending", { ...smallJob(at(bare)), windowMs: 2_000 }, bench);
  await bare.stop();
  t.is(await ending, undefined);
  for (let round = 0; round < 2; round++) t.is(await runPeer("ended", smallJob(at(bare)), bench), undefined);
  t.deepEqual(bench.leftOut, [
    `lossy: ${SIZES.tiny.readers} lost, 0 repeated, 0 refused`,
    "ending: it ended",
    "ended: it ended",
  ]);
  t.deepEqual(bench.faults, []);
});

test("a bare long poll misses and repeats nothing", async (t) => {
  for (const how of [undefined, "batching"] as const) {
    const bare = await startBare(["long-poll", how]);
    t.teardown(() => bare.stop());
    const outcome = await load(smallJob(at(bare), "poll"));
    t.is(faultOf(outcome), undefined);
    t.true(outcome.sent > 0);
  }
});

test("a whole region and its store are measured as the bare servers are", async (t) => {
  const bench = tinyBench();
  await inChat(bench, async (chat) => {
    const region = await chat.region("tiny");
    for (const via of ["poll", "stream"] as const) {
      const outcome = await bench.load(via, smallJob(at(region), via));
      t.true(outcome.sent > 0);
      t.true((outcome.memoryAfter[0] ?? 0) > 0);
    }
  });
  t.deepEqual(bench.faults, []);
});
