import { METHODS } from "node:http";
import test from "ava";
import { processMetrics } from "../../../server/metrics/process-metrics.ts";
import { openMetrics } from "../../../server/metrics/open-metrics.ts";
import { readMetrics } from "../../../server/metrics/read-metrics.ts";
import { openLog } from "../../../server/log.ts";
import { ask, connectRaw } from "../client.ts";
import { TestClock } from "../test-clock.ts";
import { midOf, openTestDoors, ORIGIN } from "../test-doors.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };
/** One sample (text format 0.0.4), as this region may write it. */
const LINE =
  /^(# (HELP|TYPE) settee_[a-z_]+ .+|settee_[a-z_]+(\{([a-z]+="([^"\\\n]|\\.)*",?)+\})? -?[0-9.e+-]+)$/;

test("[A25] metrics are on an address of their own, only there, and only for who reads", async (t) => {
  const metrics = await openMetrics(LOOPBACK, processMetrics);
  if (metrics.type === "failed") return t.fail(metrics.remedy);
  t.teardown(() => metrics.close());
  const answer = await ask(metrics.url);
  t.is(answer.status, 200);
  t.is(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
  t.is(answer.headers["x-content-type-options"], "nosniff");
  t.is(answer.headers["access-control-allow-origin"], undefined);
  t.regex(answer.text, /^settee_process_resident_memory_bytes [0-9]+$/m);
  t.is((await ask(new URL("/", metrics.url).href)).status, 404);
  t.is((await ask(`${metrics.url}/`)).status, 404);
  for (const method of METHODS) {
    if (["GET", "HEAD", "CONNECT"].includes(method)) continue;
    t.is((await ask(metrics.url, { method, headers: { "content-length": "0" } })).status, 405, method);
  }
  const doors = await openTestDoors(t);
  t.is((await ask(`${doors.url}/metrics`)).status, 404);
  return undefined;
});

test("[A9] [A25] whoever asks for metrics slowly or by the dozen is cut", async (t) => {
  const metrics = await openMetrics({ ...LOOPBACK, requestMs: 1_000 }, processMetrics);
  if (metrics.type === "failed") return t.fail(metrics.remedy);
  t.teardown(() => metrics.close());
  const port = Number(new URL(metrics.url).port);
  const connections = Array.from({ length: 12 }, () => connectRaw(port));
  for (const { socket } of connections) socket.write("GET /metrics HTTP/1.1\r\n");
  const ends = await Promise.all(connections.map(async ({ ended }) => ended));
  t.true(ends.includes(""), "one too many is not heard");
  t.true(ends.some((end) => end.startsWith("HTTP/1.1 408 ")));
  t.true(ends.every((end) => end === "" || end.startsWith("HTTP/1.1 408 ")));
  return undefined;
});

test("a port for metrics that is taken is a mistake with a remedy", async (t) => {
  const metrics = await openMetrics(LOOPBACK, processMetrics);
  if (metrics.type === "failed") return t.fail(metrics.remedy);
  t.teardown(() => metrics.close());
  const port = Number(new URL(metrics.url).port);
  const refused = await openMetrics({ host: "127.0.0.1", port }, processMetrics);
  t.regex(
    refused.type === "failed" ? refused.remedy : "",
    /another one with METRICS_PORT, or leave METRICS_PORT out/,
  );
  return undefined;
});

test("[A15] [A24] every line is a metric, and none has a name of a person, a text or a token", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn("SECRETNAME");
  await doors.post("secretroom", { mid: midOf(1), text: "SECRETTEXT" }, token);
  await doors.post("lobby", { mid: "SECRETMID", text: "SECRETTEXT" }, token);
  await ask(`${doors.url}/api/v1/sync?rooms=SECRETROOM&cursor=SECRETCURSOR`);
  await ask(`${doors.url}/SECRETPATH`);
  const log = openLog({ format: "json", out: { write: () => true }, clock: new TestClock() });
  log.warn("diverged", { detail: "SECRETDETAIL" });
  log.warn("diverged");
  log.info("store", { state: "live" });
  const beacon = { url: "http://root:SECRET@x", at: 0, version: "0", written: 3, seen: {}, connections: 2 };
  const answer = {
    region: "us",
    store: { state: "live", waiting: 5 },
    audit: { isRunning: false, restored: 4, checkedAt: 1_000_500 },
    regions: [
      { ...beacon, name: "us", origin: ORIGIN, state: "here", missing: { vvvvvvvv: 7 } },
      {
        ...beacon,
        name: 'e"u\\',
        origin: `v${ORIGIN.slice(1)}`,
        state: "silent",
        missing: {},
        agreement: { state: "different", window: 0, at: 0 },
      },
      { ...beacon, name: "gone", origin: `u${ORIGIN.slice(1)}`, state: "retired", missing: {} },
    ],
  } as const;
  const sources = {
    doors: doors.doors,
    chat: { regions: () => answer },
    readers: { delivered: 12 },
    log,
    journal: () => "broken" as const,
  };
  const metrics = await openMetrics(LOOPBACK, () => readMetrics(sources));
  if (metrics.type === "failed") return t.fail(metrics.remedy);
  t.teardown(() => metrics.close());
  const { text } = await ask(metrics.url);
  t.notRegex(text, /secret|eyJ|root|gone/i);
  for (const line of text.trimEnd().split("\n")) t.regex(line, LINE);
  for (const line of [
    'settee_answers_total{door="post",status="201"} 1',
    'settee_answers_total{door="post",status="422"} 1',
    'settee_answers_total{door="sync",status="400"} 1',
    'settee_store_state{state="live"} 1',
    'settee_store_state{state="away"} 0',
    "settee_store_waiting_documents 5",
    "settee_store_written_documents_total 3",
    'settee_journal_state{state="broken"} 1',
    "settee_delivered_events_total 12",
    "settee_audit_restored_documents_total 4",
    "settee_audit_checked_timestamp_seconds 1000.5",
    'settee_region_up{region="us",origin="01234567"} 1',
    String.raw`settee_region_up{region="e\"u\\",origin="v1234567"} 0`,
    String.raw`settee_region_agreement{region="e\"u\\",origin="v1234567"} 0`,
    'settee_region_holes{region="us",origin="01234567"} 1',
    'settee_alarms_total{code="diverged",level="warn"} 2',
  ]) {
    t.true(text.includes(`\n${line}\n`), line);
  }
  t.notRegex(text, /code="store"/);
  return undefined;
});
