import test from "ava";
import * as fc from "fast-check";
import { parseConfig } from "../../server/config.ts";
import { RATE_LIMITS } from "../../server/limits.ts";

test("nothing given is a complete configuration", (t) => {
  t.deepEqual(parseConfig({}), {
    type: "config",
    couchdbUrl: undefined,
    couchdbDatabase: "settee",
    mayCreateDatabase: true,
    region: undefined,
    port: 8080,
    isPortGiven: false,
    host: "127.0.0.1",
    dataDirectory: ".settee",
    publicUrl: undefined,
    follow: "feed",
    log: "auto",
    corsOrigins: [],
    rates: RATE_LIMITS,
    metrics: undefined,
  });
});

test("everything given is taken, and slashes at the end are not", (t) => {
  const config = parseConfig({
    COUCHDB_URL: "https://user:p%40ss@couch.example:6984/prefix/",
    COUCHDB_DATABASE: "chat_2",
    COUCHDB_CREATE: "no",
    REGION: "us-east-1",
    PORT: "0",
    HOST: "::",
    DATA_DIR: "/var/lib/settee",
    PUBLIC_URL: "https://chat.example/",
    FOLLOW: "poll",
    LOG: "json",
    CORS_ORIGINS: "https://a.example, https://b.example:8443",
    RATE_PER_ADDRESS: "off",
    RATE_PER_SESSION: "5",
    RATE_PER_ROOM: "100000",
    METRICS_PORT: "9464",
    METRICS_HOST: "10.0.0.1",
  });
  t.deepEqual(config, {
    type: "config",
    couchdbUrl: "https://user:p%40ss@couch.example:6984/prefix",
    couchdbDatabase: "chat_2",
    mayCreateDatabase: false,
    region: "us-east-1",
    port: 0,
    isPortGiven: true,
    host: "::",
    dataDirectory: "/var/lib/settee",
    publicUrl: "https://chat.example",
    follow: "poll",
    log: "json",
    corsOrigins: ["https://a.example", "https://b.example:8443"],
    rates: {
      address: undefined,
      session: { perSecond: 5, burst: 100 },
      room: { perSecond: 100_000, burst: 2_000_000 },
    },
    metrics: { host: "10.0.0.1", port: 9464 },
  });
});

test("an empty variable counts as not given", (t) => {
  t.deepEqual(parseConfig({ PORT: "", REGION: "  ", COUCHDB_URL: "" }), parseConfig({}));
});

const WRONG: readonly (readonly [name: string, values: readonly string[]])[] = [
  [
    "COUCHDB_URL",
    ["couch.example", "ftp://couch.example", "http://", "https://user@couch.example", "http://c/?a=b"],
  ],
  ["COUCHDB_DATABASE", ["Chat", "_users", "0chat", "a b", `a${"b".repeat(238)}`]],
  ["COUCHDB_CREATE", ["true", "YES", "1"]],
  ["REGION", ["EU", "-eu", "e u", "r".repeat(33), "é"]],
  ["PORT", ["65536", "-1", "80a", "1e3", "0x50", "8080.5"]],
  ["HOST", ["a b", "http://a", "a/b"]],
  ["PUBLIC_URL", ["chat.example", "https://user:pass@chat.example", "https://chat.example/?x"]],
  ["FOLLOW", ["both", "Feed"]],
  ["LOG", ["pretty"]],
  ["RATE_PER_ADDRESS", ["0", "-1", "1.5", "none", "1e3"]],
  ["RATE_PER_SESSION", ["100001", "fast"]],
  ["RATE_PER_ROOM", ["OFF"]],
  ["METRICS_PORT", ["65536", "yes"]],
  ["METRICS_HOST", ["a b"]],
  [
    "CORS_ORIGINS",
    ["*", "null", "https://a.example/", "https://a.example,", "https://A.example", "https://a.example:443"],
  ],
];

for (const [name, values] of WRONG) {
  test(`a wrong ${name} is one mistake that names it`, (t) => {
    for (const value of values) {
      const result = parseConfig({ [name]: value });
      if (result.type === "config") {
        t.fail(`${JSON.stringify(value)} was taken`);
        continue;
      }
      t.is(result.mistakes.length, 1, value);
      t.true(result.mistakes[0]?.startsWith(`${name} `), value);
    }
  });
}

test("all mistakes are told at once", (t) => {
  const result = parseConfig(Object.fromEntries(WRONG.map(([name, values]) => [name, values[0]])));
  t.is(result.type === "mistakes" ? result.mistakes.length : 0, WRONG.length);
});

test("[A24] a mistake never repeats what was given", (t) => {
  for (const [name] of WRONG) {
    const result = parseConfig({ [name]: "ftp://root:hunter2-secret@x y" });
    t.false(JSON.stringify(result).includes("hunter2"), name);
    t.is(result.type, "mistakes", name);
  }
});

test("whatever is given, the answer is a configuration within its rules or mistakes", (t) => {
  const names = WRONG.map(([name]) => name);
  const environment = fc.dictionary(fc.constantFrom(...names), fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(environment, (given) => {
      const result = parseConfig(given);
      if (result.type === "mistakes") return result.mistakes.length > 0;
      return (
        Number.isInteger(result.port) &&
        result.port >= 0 &&
        result.port <= 65_535 &&
        /^[a-z]/.test(result.couchdbDatabase)
      );
    }),
  );
  t.pass();
});
