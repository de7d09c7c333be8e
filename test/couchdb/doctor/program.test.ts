import { execFile } from "node:child_process";
import { join } from "node:path";
import test from "ava";
import { BUILT } from "../../project.ts";
import { scriptedCouch, SECRET, urlOf } from "./scripted-couch.ts";

const MAIN = join(BUILT, "couchdb/doctor/main.js");

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** The doctor as people start it. */
function run(environment: Readonly<Record<string, string>>): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env["PATH"], ...environment } };
    const child = execFile(process.execPath, [MAIN], options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, output: stdout + stderr });
    });
  });
}

test("a store that is set up well: exit code 0, one line a finding", async (t) => {
  const server = await scriptedCouch(t);
  const { code, output } = await run({ COUCHDB_URL: urlOf(server) });
  t.is(code, 0);
  t.true(output.startsWith(`http://127.0.0.1:${server.port}/settee\n\nok    transport  `), output);
  t.true(output.endsWith("\nNothing must be mended.\n"), output);
});

test("[A24] a store that is not: exit code 1, and the password is nowhere", async (t) => {
  const server = await scriptedCouch(t, { "us GET /_session": [401, { error: "unauthorized" }] });
  const { code, output } = await run({ COUCHDB_URL: urlOf(server), COUCHDB_DATABASE: "chat" });
  t.is(code, 1);
  t.regex(output, /^fail {2}account {4}The name or the password/m);
  t.true(output.endsWith("\n1 to be mended.\n"), output);
  for (const form of [
    SECRET,
    encodeURIComponent(SECRET),
    Buffer.from(`region:${SECRET}`).toString("base64"),
  ]) {
    t.false(output.includes(form));
  }
});

test("[A15] what a server says of itself moves nothing in the terminal", async (t) => {
  const version = "3.5.0\u001b[2J\u202e\r\nok";
  const server = await scriptedCouch(t, { "nobody GET /": [200, { couchdb: "Welcome", version }] });
  const { output } = await run({ COUCHDB_URL: urlOf(server) });
  t.regex(output, /CouchDB 3\.5\.0\?\[2J\?{3}ok/);
});

test("without a CouchDB to look at there is nothing to mend; a malformed address is", async (t) => {
  const none = await run({});
  t.is(none.code, 0);
  t.regex(none.output, /embedded/);
  const malformed = await run({ COUCHDB_URL: `couch:${SECRET}` });
  t.is(malformed.code, 1);
  t.false(malformed.output.includes(SECRET));
});
