import { mkdir, writeFile } from "node:fs/promises";
import test from "ava";
import { ask, startCouch, temporaryDirectory } from "./start.ts";

test("without Fauxton's files the page says what is missing and what to do, and the database works", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await couch.fauxtonSettled;
  const page = await fetch(`${couch.url}/_utils/`);
  t.is(page.status, 503);
  t.regex(await page.text(), /npm pack fauxton@[\d.]+[^]*start again/);
  t.is((await ask(couch, "PUT", "/chat")).status, 201);
});

test("only files of the page are served, with their types and a policy", async (t) => {
  const directory = await temporaryDirectory(t);
  await mkdir(`${directory}/fauxton/js`, { recursive: true });
  await writeFile(`${directory}/fauxton/index.html`, "<h1>Fauxton</h1>");
  await writeFile(`${directory}/fauxton/js/bundle.js`, "go()");
  const couch = await startCouch(t, directory);
  await couch.fauxtonSettled;
  const root = await fetch(`${couch.url}/_utils`);
  t.is(root.url, `${couch.url}/_utils/`);
  t.is(await root.text(), "<h1>Fauxton</h1>");
  t.is(root.headers.get("content-type"), "text/html; charset=utf-8");
  t.regex(root.headers.get("content-security-policy") ?? "", /default-src 'self'/);
  const script = await fetch(`${couch.url}/_utils/js/bundle.js`);
  t.is(script.headers.get("content-type"), "text/javascript; charset=utf-8");
  for (const path of [
    "password",
    "js",
    "../password",
    "%2e%2e/password",
    "..%2fpassword",
    "js/..%2f..%2fpassword",
    "index.html%00",
  ]) {
    const response = await fetch(`${couch.url}/_utils/${path}`);
    t.not(response.status, 200, path);
    t.false((await response.text()).includes(couch.password), path);
  }
});
