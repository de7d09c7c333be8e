import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { ask, code } from "./client.ts";
import { openTestDoors } from "./test-doors.ts";

async function openPage(t: ExecutionContext) {
  const root = await mkdtemp(join(tmpdir(), "settee-page-"));
  t.teardown(() => rm(root, { recursive: true }));
  const files = {
    "public/index.html": "<!doctype html><title>Settee</title>",
    "public/style.css": "body {}",
    "public/main.ts": "const source = 1;",
    "public/tsconfig.json": "{}",
    "public/.secret": "secret",
    "public/icons/settee.svg": "<svg/>",
    "built/public/begin.js": 'import { name } from "./name.js";\nexport const begun = fetch(name);',
    "built/public/main.js":
      'import { name } from "./name.js";\nimport { begun } from "./begin.js";\ndocument.title = name;',
    "built/public/name.js": 'export const name = "Settee";',
    "built/public/main.js.map": "{}",
    "built/public/main.d.ts": "export {};",
    "built/sync/stamp.js": "export {};",
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(root, name, ".."), { recursive: true });
    await writeFile(join(root, name), text);
  }
  await symlink(join(root, "public", "style.css"), join(root, "public", "link.css"));
  const pageDirectories = [
    { directory: join(root, "public"), at: "/page" },
    { directory: join(root, "built/public"), at: "/page" },
    { directory: join(root, "built/sync"), at: "/sync" },
  ];
  return openTestDoors(t, { pageDirectories });
}

test("the page's files are served where its imports look for them", async (t) => {
  const { url } = await openPage(t);
  const files = [
    ["/", "text/html; charset=utf-8", "<!doctype html><title>Settee</title>"],
    ["/page/style.css", "text/css; charset=utf-8", "body {}"],
    ["/page/icons/settee.svg", "image/svg+xml; charset=utf-8", "<svg/>"],
    ["/page/name.js", "text/javascript; charset=utf-8", 'export const name = "Settee";'],
    ["/page/main.js.map", "application/json; charset=utf-8", "{}"],
    ["/sync/stamp.js", "text/javascript; charset=utf-8", "export {};"],
  ] as const;
  for (const [path, type, text] of files) {
    const answer = await ask(`${url}${path}`);
    t.is(answer.status, 200, path);
    t.is(answer.headers["content-type"], type);
    t.is(answer.headers["cache-control"], "no-cache");
    t.is(answer.headers["x-content-type-options"], "nosniff");
    t.is(answer.text, text);
  }
});

test("the first modules come with all that they import but each other, and a browser is told of them before it has read the page", async (t) => {
  const { url } = await openPage(t);
  const { text, headers } = await ask(`${url}/page/main.js`);
  t.true(text.includes('name = "Settee"') && text.includes("document.title = name"));
  t.deepEqual(text.match(/^(?:import|export).*/gm), ['import * as $2 from "/page/begin.js";']);
  t.is(headers["link"], undefined);
  const begin = (await ask(`${url}/page/begin.js`)).text;
  t.deepEqual(begin.match(/^(?:import|export).*/gm), ["export const { begun } = $0;"]);
  t.is(
    (await ask(`${url}/`)).headers["link"],
    '</page/begin.js>; rel="modulepreload", </page/main.js>; rel="modulepreload"',
  );
});

test("modules that cannot be joined are served one by one, and that is said", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "settee-page-"));
  t.teardown(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, "index.html"), "<!doctype html>");
  await writeFile(join(directory, "main.js"), 'import name from "./name.js";');
  const { url, lines } = await openTestDoors(t, { pageDirectories: [{ directory, at: "/page" }] });
  t.regex(lines.join(), /page-not-joined/);
  t.is((await ask(`${url}/page/main.js`)).text, 'import name from "./name.js";');
});

test("nothing else is served: no sources, no configuration, no links, nothing outside", async (t) => {
  const { url } = await openPage(t);
  const paths = [
    "main.ts",
    "main.d.ts",
    "tsconfig.json",
    ".secret",
    "link.css",
    "index.html",
    "../built/sync/stamp.js",
    "%2e%2e/style.css",
    "icons",
    "",
  ];
  for (const path of paths) t.is(code(await ask(`${url}/page/${path}`)), "not-found", path);
});

test("a browser that has a file is told it may keep it", async (t) => {
  const { url } = await openPage(t);
  const { headers } = await ask(`${url}/page/style.css`);
  const again = await ask(`${url}/page/style.css`, { headers: { "if-none-match": String(headers.etag) } });
  t.is(again.status, 304);
  t.is(again.text, "");
  t.is((await ask(`${url}/page/style.css`, { headers: { "if-none-match": '"other"' } })).status, 200);
});

test("[A25] a file is read and nothing else", async (t) => {
  const { url } = await openPage(t);
  t.is((await ask(`${url}/`, { method: "HEAD" })).text, "");
  const answer = await ask(`${url}/`, { method: "DELETE" });
  t.is(answer.status, 405);
  t.is(answer.headers["allow"], "GET, HEAD");
});

test("a directory that is missing is said once and serves nothing", async (t) => {
  const { url, lines } = await openTestDoors(t, {
    pageDirectories: [{ directory: "/nowhere/at/all", at: "/page" }],
  });
  t.is(lines.length, 1);
  t.regex(lines[0] ?? "", /page-directory-missing/);
  t.is((await ask(`${url}/`)).status, 404);
});
