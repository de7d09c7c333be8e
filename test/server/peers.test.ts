import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { Origins } from "../../server/origins.ts";
import { peersOf } from "../../server/peers.ts";
import { regionsSeenBy } from "../public/client/client-under-test.ts";
import { ask } from "./client.ts";
import { openTestDoors } from "./test-doors.ts";

const REGIONS = regionsSeenBy("us", [
  { url: "https://us.example", state: "here" },
  { url: "https://eu.example/chat/" },
  { url: "http://127.0.0.1:8081", state: "silent" },
  { url: "https://gone.example", state: "retired" },
  { url: "" },
  { url: "https://a;script-src-x/" },
]);

test("[A2] [A4] the other regions are known by the origins of their addresses, and by nothing a policy could stumble over", (t) => {
  t.deepEqual(peersOf(REGIONS), ["https://eu.example", "http://127.0.0.1:8081"]);
});

test("[A4] [A5] [C6] the page of another region may read and post, that of a stranger may not", (t) => {
  const origins = new Origins([], undefined, () => peersOf(REGIONS));
  const may = (origin: string): boolean =>
    origins.mayPost({ origin, host: "us.example", fetchSite: "cross-site" });
  t.true(origins.isListed("https://eu.example") && may("https://eu.example"));
  t.false(origins.isListed("https://gone.example") || may("https://gone.example"));
  t.false(origins.isListed("https://evil.example") || may("https://evil.example"));
});

test("[A2] the page may connect to the other regions, and comes in as few bytes as the browser can read", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "settee-page-"));
  t.teardown(() => rm(directory, { recursive: true }));
  const html = `<!doctype html>${"<p>settee</p>".repeat(100)}`;
  await writeFile(join(directory, "index.html"), html);
  await writeFile(join(directory, "main.js"), "export {};");
  const { url, chat } = await openTestDoors(t, { pageDirectories: [{ directory, at: "/page" }] });
  chat.peers = REGIONS.regions;
  const plain = await ask(`${url}/`);
  t.true(
    String(plain.headers["content-security-policy"]).includes(
      "connect-src 'self' https://eu.example http://127.0.0.1:8081; ",
    ),
  );
  t.is(plain.headers["content-encoding"], undefined);
  t.is(plain.headers["link"], '</page/main.js>; rel="modulepreload"');
  t.is((await ask(`${url}/page/main.js`)).headers["link"], undefined);
  const tags = new Set([plain.headers.etag]);
  for (const encoding of ["br", "gzip"]) {
    const answer = await fetch(`${url}/`, { headers: { "accept-encoding": encoding } });
    t.is(answer.headers.get("content-encoding"), encoding);
    t.is(answer.headers.get("vary"), "Origin, Accept-Encoding");
    t.is(await answer.text(), html);
    t.true(Number(answer.headers.get("content-length")) < html.length / 5);
    tags.add(answer.headers.get("etag") ?? "");
  }
  t.is(tags.size, 3, "each is something else to a cache");
});
