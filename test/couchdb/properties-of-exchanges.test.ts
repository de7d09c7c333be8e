import test, { type ExecutionContext } from "ava";
import * as fc from "fast-check";
import { arrayField, parseJson, textField } from "../../couchdb/json.ts";
import { BEGINNING } from "../../sync/store.ts";
import { FeedDiary } from "./feed-diary.ts";
import { answer, chunk, FEED_HEAD, LAST_CHUNK, scriptedStore, type Asked } from "./scripted-server.ts";

/** What a line of a feed may hold. Only `row` and `deletion` are told. */
const LINES = {
  row: (n: number) => ({ seq: `${n}-x`, id: `a:${n}`, changes: [], doc: { _id: `a:${n}`, text: "é😀" } }),
  deletion: (n: number) => ({ seq: null, id: `a:${n}`, changes: [], deleted: true }),
  bodiless: (n: number) => ({ seq: `${n}-x`, id: `a:${n}`, changes: [], doc: null }),
  heartbeat: () => "",
  garbage: () => "<html>",
} as const;
type LineKind = keyof typeof LINES;
const KINDS: readonly LineKind[] = ["row", "deletion", "bodiless", "heartbeat", "garbage"];

test("[S5] [S6] [S27] whatever lines a feed brings and wherever it is cut, whole rows are told once and in order, with the last bookmark among them", async (t) => {
  let pieces: readonly Buffer[] = [];
  const { store } = await scriptedStore(t, (_, socket) => {
    socket.write(FEED_HEAD);
    for (const piece of pieces) socket.write(chunk(piece));
    socket.write(LAST_CHUNK);
  });
  const lines = fc.array(fc.constantFrom(...KINDS), { maxLength: 12, size: "max" });
  const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 12, size: "max" });
  await fc.assert(
    fc.asyncProperty(lines, cuts, fc.nat(60), async (kinds, lengths, lost) => {
      const texts = kinds.map((kind, n) => textOf(LINES[kind](n)));
      const whole = Buffer.from(texts.map((text) => `${text}\n`).join(""));
      const sent = whole.subarray(0, Math.max(whole.length - lost, 0));
      pieces = cutInto(sent, lengths);
      const diary = new FeedDiary();
      store.follow(BEGINNING, diary);
      await diary.untilEnded();
      const complete = sent.toString("latin1").split("\n").length - 1;
      const told = kinds.slice(0, complete);
      t.deepEqual(
        diary.ids,
        told.flatMap((kind, n) => (isTold(kind) ? [`a:${n}`] : [])),
      );
      t.is(diary.skipped, told.filter((kind) => kind === "garbage" || kind === "bodiless").length);
      const marked = told.findLastIndex((kind) => kind === "row" || kind === "bodiless");
      t.is<string | undefined, string | undefined>(diary.since, marked === -1 ? undefined : `${marked}-x`);
    }),
    { numRuns: 40 },
  );
});

/** A store that holds versions of documents, and somebody else who writes between our requests. */
class CrowdedStore {
  readonly versions = new Map<string, string[]>();
  /** Ids that our account may not touch. */
  readonly forbidden = new Set<string>();
  /** What somebody else writes before the next requests are answered: ids, or nothing. */
  readonly meddling: (string | null)[] = [];
  #written = 0;

  /** One request and its answer. */
  reply({ path, body }: Asked): string {
    const meddled = this.meddling.shift();
    if (typeof meddled === "string") this.#add(meddled);
    const keys = arrayField(parseJson(body), "keys");
    if (!path.endsWith("_bulk_docs"))
      return answer(200, { rows: (keys ?? []).map((key) => this.#row(String(key))) });
    const docs = arrayField(parseJson(body), "docs") ?? [];
    return answer(
      201,
      docs.map((doc) => this.#write(doc)),
    );
  }

  #add(id: string): void {
    this.#written++;
    this.versions.set(id, [...(this.versions.get(id) ?? []), `1-other${this.#written}`]);
  }

  #row(key: string): object {
    const [rev, ...conflicts] = this.versions.get(key) ?? [];
    if (rev === undefined && this.versions.has(key)) return { key, value: { rev: "2-gone", deleted: true } };
    if (rev === undefined) return { key, error: "not_found" };
    return { id: key, key, value: { rev }, doc: { _id: key, _rev: rev, _conflicts: conflicts } };
  }

  #write(doc: unknown): object {
    const [id, rev] = [textField(doc, "_id") ?? "", textField(doc, "_rev")];
    if (this.forbidden.has(id)) return { id, error: "forbidden", reason: "no" };
    const there = this.versions.get(id) ?? [];
    const isRight = rev === undefined ? there.length === 0 : there.includes(rev);
    if (!isRight) return { id, error: "conflict", reason: "x" };
    this.#written++;
    const made = `2-ours${this.#written}`;
    const isDeletion = JSON.stringify(doc).includes('"_deleted":true');
    const others = there.filter((other) => other !== rev);
    this.versions.set(id, isDeletion ? others : [made, ...others]);
    return { ok: true, id, rev: made };
  }
}

/** A CouchDB of these, on one socket for all runs. */
async function crowded(t: ExecutionContext) {
  let there = new CrowdedStore();
  const { store } = await scriptedStore(t, (asked, socket) => socket.write(there.reply(asked)));
  return {
    store,
    begin: (): CrowdedStore => {
      there = new CrowdedStore();
      return there;
    },
  };
}

const IDS = ["a:1", "a:2", "a:3"] as const;
const someId = fc.constantFrom(...IDS);
const someVersions = fc.array(fc.tuple(someId, fc.nat(99)), { maxLength: 6 });
const someMeddling = fc.array(fc.option(someId), { maxLength: 6 });

test("[S20] [S22] [AU4] whatever stands and whoever writes meanwhile, erased means that nothing stands but what we may not touch", async (t) => {
  const { store, begin } = await crowded(t);
  await fc.assert(
    fc.asyncProperty(
      someVersions,
      someMeddling,
      fc.subarray([...IDS]),
      async (versions, meddling, forbidden) => {
        const there = begin();
        for (const [id, n] of versions) there.versions.set(id, [...(there.versions.get(id) ?? []), `1-${n}`]);
        there.meddling.push(...meddling);
        for (const id of forbidden) there.forbidden.add(id);
        const result = await store.erase([...IDS]);
        const standing = IDS.filter((id) => (there.versions.get(id) ?? []).length > 0);
        if (result.type === "fault") {
          t.true(meddling.some((id) => id !== null));
          return t.is(result.fault.code, "unavailable");
        }
        t.is(result.refused, forbidden.length);
        t.true(standing.every((id) => forbidden.includes(id)));
        for (const id of IDS)
          t.true(forbidden.includes(id) || there.versions.has(id), "it is known to be deleted");
        return undefined;
      },
    ),
    { numRuns: 40 },
  );
});

test("[CN2] [S17] whatever stands and whoever writes meanwhile, replaced means that ours stands, over what is told", async (t) => {
  const { store, begin } = await crowded(t);
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(fc.option(fc.constant("region:a")), { maxLength: 5 }),
      async (wasThere, meddling) => {
        const there = begin();
        if (wasThere) there.versions.set("region:a", ["1-first"]);
        there.meddling.push(...meddling);
        const result = await store.replace({ _id: "region:a", n: 1 });
        const [shown = ""] = there.versions.get("region:a") ?? [];
        t.is(shown.startsWith("2-ours"), result.type === "replaced");
        if (meddling.every((id) => id === null)) t.is(result.type, "replaced");
        if (result.type !== "replaced") return;
        const hadRead = wasThere || meddling.slice(0, 2).some((id) => id !== null);
        t.is(result.before.type, hadRead ? "found" : "missing");
      },
    ),
    { numRuns: 40 },
  );
});

function isTold(kind: LineKind): boolean {
  return kind === "row" || kind === "deletion";
}

function textOf(line: object | string): string {
  return typeof line === "string" ? line : JSON.stringify(line);
}

/** Pieces of these lengths, and the rest. */
function cutInto(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let rest = bytes;
  for (const length of [...lengths, bytes.length]) {
    if (rest.length > 0) pieces.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return pieces;
}
