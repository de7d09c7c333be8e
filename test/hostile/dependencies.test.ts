import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { isRecord } from "../../sync/json.ts";
import { PROJECT } from "../project.ts";

const LOCK = recordIn(JSON.parse(readFileSync(join(PROJECT, "package-lock.json"), "utf8")));
const PACKAGE = recordIn(JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")));

/** What runs in production, looked at one by one when it was added: whoever adds a name here has read its source. */
const REVIEWED = `
  abstract-level accepts base64-js buffer classic-level content-disposition content-type cookies debug deep-equal
  delegates depd destroy ee-first encodeurl escape-html fresh http-assert http-errors ieee754 inherits is-buffer jose
  keygrip koa koa-compose koa-router level-supports level-transcoder maybe-combine-errors media-typer mime-db mime-types
  module-error ms nano napi-macros negotiator node-cron node-gyp-build on-finished parseurl path-to-regexp preact
  setprototypeof statuses toidentifier tsscmp type-is undici vary`;

/** Packages that would run a script at their installation, if we let them: their native parts come prebuilt. */
const WITH_SCRIPTS = ["classic-level"];

type Fields = Readonly<Record<string, unknown>>;

function recordIn(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

const installed = Object.entries(recordIn(LOCK["packages"]))
  .filter(([path]) => path !== "")
  .map(([path, fields]) => ({ name: path.replace(/^.*node_modules\//, ""), fields: recordIn(fields) }));

test("[A16] every package of the lock file is the registry's, by its SHA-512", (t) => {
  t.is(LOCK["lockfileVersion"], 3);
  t.true(installed.length > 50);
  for (const { name, fields } of installed) {
    t.regex(String(fields["integrity"]), /^sha512-[A-Za-z0-9+/]{86}==$/, name);
    // Absent: the registry that npm is told of, which answers for the checksum.
    t.regex(String(fields["resolved"]), /^(undefined|https:\/\/registry\.npmjs\.org\/.+)$/, name);
    t.not(fields["link"], true, name);
  }
});

test("[A16] what is asked for is a version of a package, not an address, a branch or a tag", (t) => {
  for (const kind of ["dependencies", "devDependencies"]) {
    const asked = Object.entries(recordIn(PACKAGE[kind]));
    t.true(asked.length > 0);
    for (const [name, version] of asked)
      t.regex(String(version), /^(npm:(@[a-z-]+\/)?[a-z-]+@)?[~^]?[0-9]+\.[0-9]+\.[0-9]+$/, name);
  }
  for (const kind of ["bundleDependencies", "optionalDependencies", "overrides"])
    t.is(PACKAGE[kind], undefined, kind);
});

test("[A16] what runs in production is what was reviewed, and asked for by name in eight cases at most", (t) => {
  const running = installed.filter(({ fields }) => fields["dev"] !== true && fields["devOptional"] !== true);
  t.deepEqual([...new Set(running.map(({ name }) => name))].toSorted(), REVIEWED.trim().split(/\s+/));
  t.true(Object.keys(recordIn(PACKAGE["dependencies"])).length <= 8);
});

test("[A16] no package runs a script when it is installed", (t) => {
  const scripted = installed.filter(({ fields }) => fields["hasInstallScript"] === true);
  t.deepEqual(scripted.map(({ name }) => name).toSorted(), WITH_SCRIPTS);
  t.true(readFileSync(join(PROJECT, "server/install.mjs"), "utf8").includes('"--ignore-scripts"'));
});

/** What opens a connection to elsewhere or runs what it is given, and which folder may. */
const OUTGOING: readonly (readonly [what: RegExp, mayBeIn: RegExp])[] = [
  [/from "(?:undici|nano)"/, /^couchdb\//],
  [/from "node:(?:https|http2|tls|dns)/, /^couchdb\/doctor\//],
  [/from "node:(?:dgram|inspector|cluster|worker_threads)/, /^$/],
  [/import (?!type )[^;]*\b(?:request|get|Agent)\b[^;]*from "node:http"/, /^$/],
  [
    /import (?!type )[^;]*(?<!type )\b(?:connect|createConnection|Socket)\b[^;]*from "node:net"/,
    /^couchdb\//,
  ],
  [/\b(?:fetch|WebSocket|EventSource|XMLHttpRequest|sendBeacon)\(/, /^(?:public|couchdb)\//],
  [
    /from "node:child_process"/,
    /^(?:server\/(?:store-keeper\.ts|install\.mjs)|couchdb\/embedded\/fauxton\.ts)$/,
  ],
  [/\b(?:eval|Function)\(|from "node:(?:vm|module)"|\bimport\(/, /^$/],
];

test("[A20] only what talks to the store can open a connection to elsewhere, and nothing runs what it was sent", (t) => {
  const files = ["sync", "server", "couchdb", "public"].flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:ts|mjs)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  t.true(files.length > 100);
  for (const file of files) {
    const source = readFileSync(join(PROJECT, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    for (const [what, mayBeIn] of OUTGOING) {
      if (what.test(source)) t.regex(file, mayBeIn, String(what));
    }
  }
});
