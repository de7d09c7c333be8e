import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test, { type ExecutionContext } from "ava";
import { BUILT } from "../../project.ts";
import { ask, startCouch, temporaryDirectory } from "./start.ts";

interface Running {
  readonly url: string;
  readonly password: string;
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
  readonly endInput: () => Promise<number | null>;
}

async function startProcess(t: ExecutionContext, directory: string): Promise<Running> {
  const child = spawn(
    process.execPath,
    [join(BUILT, "couchdb/embedded/main.js"), directory, "0", "--no-fauxton", "--end-with-stdin"],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  t.teardown(() => child.kill("SIGKILL"));
  const exited = once(child, "exit").then(([code]): number | null => code);
  const [line] = await once(createInterface(child.stdout), "line");
  const { url, password } = JSON.parse(line);
  return {
    url,
    password,
    kill(signal) {
      child.kill(signal);
      return exited;
    },
    endInput() {
      child.stdin.end();
      return exited;
    },
  };
}

test("kill -9 under twelve writers: nothing acknowledged is lost, and what is there is whole", async (t) => {
  const directory = await temporaryDirectory(t);
  const first = await startProcess(t, directory);
  await ask(first, "PUT", "/chat");
  const acknowledged: string[] = [];
  const writers = Array.from({ length: 12 }, async (_, writer) => {
    for (let n = 0; ; n++) {
      const docs = [`w${writer}-${n}-a`, `w${writer}-${n}-b`].map((_id) => ({ _id, text: "x".repeat(300) }));
      const written = await ask(first, "POST", "/chat/_bulk_docs", { docs }).catch(() => undefined);
      if (!written) return;
      if (written.status === 201) acknowledged.push(...docs.map(({ _id }) => _id));
      if (acknowledged.length > 600) void first.kill("SIGKILL");
    }
  });
  await Promise.all(writers);
  await first.kill("SIGKILL");

  const again = await startCouch(t, directory);
  const { body } = await ask(again, "GET", "/chat/_changes?include_docs=true");
  const rows: { id: string; doc: { _id: string; text: string } }[] = Reflect.get(Object(body), "results");
  const stored = new Set(rows.map((row) => row.id));
  t.true(acknowledged.length > 600);
  t.deepEqual(
    acknowledged.filter((id) => !stored.has(id)),
    [],
  );
  t.is(stored.size, rows.length);
  t.true(rows.every((row) => row.doc.text.length === 300 && row.doc._id === row.id));
  // A request is one unit: both of its documents or none.
  t.deepEqual(
    [...stored].filter((id) => !stored.has(id.replace(/[ab]$/, (end) => (end === "a" ? "b" : "a")))),
    [],
  );
  const { body: facts } = await ask(again, "GET", "/chat");
  t.like(facts, { doc_count: stored.size });
  t.is((await ask(again, "PUT", "/chat/after", {})).status, 201);
});

test("the process ends cleanly on SIGTERM, and when its parent goes away", async (t) => {
  const directory = await temporaryDirectory(t);
  t.is(await (await startProcess(t, directory)).kill("SIGTERM"), 0);
  t.is(await (await startProcess(t, directory)).endInput(), 0);
  await startCouch(t, directory);
});

test("databases, documents and bookmarks survive a restart; a dropped database leaves nothing", async (t) => {
  const directory = await temporaryDirectory(t);
  const couch = await startCouch(t, directory);
  await ask(couch, "PUT", "/chat");
  await ask(couch, "PUT", "/gone");
  await ask(couch, "PUT", "/gone/a", {});
  await ask(couch, "PUT", "/chat/a", { n: 1 });
  const before = await ask(couch, "GET", "/chat/_changes");
  await ask(couch, "DELETE", "/gone");
  await couch.stop();
  const again = await startCouch(t, directory);
  t.deepEqual((await ask(again, "GET", "/_all_dbs")).body, ["chat"]);
  t.deepEqual(await ask(again, "GET", "/chat/_changes"), before);
  await ask(again, "PUT", "/gone");
  t.like((await ask(again, "GET", "/gone")).body, { doc_count: 0 });
});
