import test from "ava";
import * as fc from "fast-check";
import { judgeClock } from "../../couchdb/doctor/clock.ts";
import { judgeWelcome, parseWelcome } from "../../couchdb/doctor/version.ts";
import { parseDraft } from "../../couchdb/embedded/draft.ts";
import { readInteger } from "../../couchdb/embedded/exchange.ts";
import { formatSeq, parseSince } from "../../couchdb/embedded/sequence.ts";
import { documentText } from "../../couchdb/embedded/text.ts";
import { formatRevision, graft, nextRevision, parseRevision } from "../../couchdb/embedded/tree.ts";
import { isRecord } from "../../sync/json.ts";
import { spoilt } from "../sync/arbitraries.ts";

const LIFE = "0123456789abcdef0123456789abcdef";

const someDocument = fc
  .tuple(fc.string({ minLength: 1 }), fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }))
  .chain(([id, body]) => spoilt({ ...body, _id: id, _deleted: false }));

test("[S10] [S24] whatever is written as a document, it is refused in CouchDB's words, or comes back as it was with its id and revision", (t) => {
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(someDocument, fc.jsonValue()), fc.boolean(), (value, newEdits) => {
      const draft = parseDraft(value, { newEdits });
      if (draft.type === "refused") return t.true(draft.status >= 400 && draft.error !== "");
      taken++;
      const revision = draft.revision ?? nextRevision(draft, undefined);
      const tree = graft([], { ...draft, revision });
      if (tree === undefined) return t.fail("nothing was known before");
      const { _id, _rev, _deleted, ...body }: Record<string, unknown> = JSON.parse(
        documentText(draft.id, tree),
      );
      t.is(_id, draft.id);
      t.is(_rev, formatRevision(revision));
      t.is(_deleted === true, draft.deleted);
      const given = Object.entries(isRecord(value) ? value : {}).filter(([name]) => !name.startsWith("_"));
      t.deepEqual(body, JSON.parse(JSON.stringify(Object.fromEntries(given))));
      return undefined;
    }),
    { numRuns: 150 },
  );
  t.true(taken > 0);
});

test("[S16] [S28] whatever text comes as a bookmark, it is ours and not from the future, or the beginning, or refused", (t) => {
  const seq = fc.nat(50).map((n) => formatSeq(n, LIFE));
  fc.assert(
    fc.property(
      fc.oneof(seq, fc.string(), fc.constantFrom("0", "now", "12")),
      fc.nat(30),
      (since, updateSeq) => {
        const place = parseSince(since, { life: LIFE, updateSeq });
        if (place === undefined) return t.false(since.endsWith(LIFE));
        t.true(place >= 0 && place <= updateSeq);
        if (place > 0 && since !== "now") t.is(formatSeq(place, LIFE), since);
        return undefined;
      },
    ),
  );
});

test("[S24] whatever text comes as a revision or a number, it reads back or is none", (t) => {
  const revision = fc.tuple(fc.nat(), fc.string()).map(([generation, hash]) => `${generation}-${hash}`);
  fc.assert(
    fc.property(fc.oneof(revision, fc.string(), fc.nat().map(String)), (text) => {
      const parsed = parseRevision(text);
      if (parsed !== undefined)
        t.is(formatRevision(parsed).replace(/^0*(?=\d)/, ""), text.replace(/^0*(?=\d)/, ""));
      const number = readInteger(text, -1);
      t.true(number === undefined || (Number.isSafeInteger(number) && number >= 0));
    }),
  );
});

test("[S23] whatever a server says of its version and its time, the doctor has a finding, and no good one for an old CouchDB", (t) => {
  // Around 3.3.3, the oldest one without a known hole.
  const part = fc.integer({ min: 1, max: 5 });
  const version = fc.tuple(part, part, part);
  fc.assert(
    fc.property(
      version,
      fc.jsonValue(),
      fc.oneof(
        fc.string(),
        fc.date({ noInvalidDate: true }).map((d) => d.toUTCString()),
      ),
      (parts, body, date) => {
        const [major, minor, patch] = parts;
        const { verdict } = judgeWelcome(parseWelcome({ couchdb: "Welcome", version: parts.join(".") }));
        const isOld = major < 3 || (major === 3 && (minor < 3 || (minor === 3 && patch < 3)));
        t.is(verdict === "fail", isOld);
        t.not(judgeWelcome(parseWelcome(body)).verdict, "ok");
        const clock = judgeClock(date, 1_000, 2_000);
        if (clock.verdict === "ok") t.true(Math.abs(Date.parse(date) - 1_500) <= 6_000);
      },
    ),
  );
});
