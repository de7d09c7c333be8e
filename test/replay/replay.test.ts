import test from "ava";
import { branded } from "../../sync/brand.ts";
import type { Room } from "../../sync/names.ts";
import { replay } from "./replay.ts";
import { reportText } from "./report.ts";
import { parseLog } from "./script.ts";

const NICKS = ["ann", "bob", "cy", "dee", "eve"];
const LOG = Array.from({ length: 60 }, (_, n) => `[10:${10 + (n % 40)}] <${NICKS[n % 5]}> line ${n} ✓`).join(
  "\n",
);
const silent = { posted: () => undefined, step: () => undefined, close: () => undefined };

test("a conversation of sixty lines through two regions is without fault", async (t) => {
  const scripts = [
    parseLog(LOG, branded<Room>("irc-a")),
    parseLog("[10:00] <ann> elsewhere\n[10:01] <bob>  \n=== gone", branded<Room>("irc-b")),
  ];
  const { report } = await replay({
    options: {
      type: "options",
      paths: [],
      regions: 2,
      speed: undefined,
      inFlight: 4,
      follow: "feed",
      isJson: false,
      isKept: false,
    },
    scripts: { type: "scripts", scripts, otherFiles: [] },
    couchdbUrl: undefined,
    progress: silent,
    signal: new AbortController().signal,
  });
  t.deepEqual(report.examples, []);
  t.true(report.isFlawless);
  t.is(report.played.messages, 62);
  t.is(report.acknowledged, 61);
  // Nothing is left of the blank line, and the door's rule about texts refuses it.
  t.deepEqual(report.refused, { "invalid-field": 1 });
  t.is(report.played.sessions, 7);
  // Every message is timed at the one other region.
  t.is(report.crossing.count, 61);
  t.is(new Set(report.digests.flatMap(({ reader, history }) => [reader, history])).size, 1);
  t.regex(reportText(report), /No fault/);
});
