import test from "ava";
import { parseJson, arrayField, textField } from "../../couchdb/json.ts";
import { answer, scriptedStore, type Asked } from "./scripted-server.ts";

/** A store at whose ids these revisions stand, the first one shown, and what it says to each deletion. */
function standing(revisions: Record<string, string[]>, say: (id: string, rev: string) => object) {
  return ({ path, body }: Asked): string => {
    if (!path.endsWith("_bulk_docs")) {
      const keys = arrayField(parseJson(body), "keys") ?? [];
      return answer(200, { rows: keys.map((key) => keyRow(String(key), revisions[String(key)])) });
    }
    const rows = (arrayField(parseJson(body), "docs") ?? []).map((doc) => {
      const [id, rev] = [textField(doc, "_id") ?? "", textField(doc, "_rev") ?? ""];
      return { id, ...say(id, rev) };
    });
    return answer(201, rows);
  };
}

const deletion = (id: string, rev: string) => ({ _id: id, _rev: rev, _deleted: true });

function keyRow(key: string, revisions: string[] | undefined): object {
  if (revisions === undefined) return { key, error: "not_found" };
  const [rev, ...conflicts] = revisions;
  if (rev === undefined) return { key, value: { rev: "2-gone", deleted: true } };
  return { id: key, key, value: { rev }, doc: { _id: key, _rev: rev, _conflicts: conflicts } };
}

test("a version that comes while the others are deleted is deleted as well", async (t) => {
  const revisions: Record<string, string[]> = { "a:1": ["1-b"] };
  const say = (id: string, rev: string) => {
    revisions[id] = rev === "1-b" ? ["1-a"] : [];
    return { ok: true, rev: `2-${rev}` };
  };
  const reply = standing(revisions, say);
  const { store, server } = await scriptedStore(t, (asked, socket) => socket.write(reply(asked)));
  t.deepEqual(await store.erase(["a:1"]), { type: "erased", refused: 0 });
  t.is(server.asked.length, 5);
});

test("[S17] all versions go in one request, each by its revision, and what never was without one", async (t) => {
  const revisions: Record<string, string[]> = { "a:1": ["1-c", "1-b"], "a:2": ["1-a"] };
  const say = (id: string, rev: string) => {
    revisions[id] = [];
    return { ok: true, rev: `2-${rev}` };
  };
  const reply = standing(revisions, say);
  const { store, server } = await scriptedStore(t, (asked, socket) => socket.write(reply(asked)));
  t.deepEqual(await store.erase(["a:1", "never", "a:2"]), { type: "erased", refused: 0 });
  t.deepEqual(parseJson(server.asked[1]?.body ?? ""), {
    docs: [
      deletion("a:1", "1-c"),
      deletion("a:1", "1-b"),
      { _id: "never", _deleted: true },
      deletion("a:2", "1-a"),
    ],
  });
});

for (const error of ["forbidden", "unauthorized"]) {
  test(`[S11] a document whose deletion is \`${error}\` is counted, once, and the others go`, async (t) => {
    const revisions: Record<string, string[]> = { "a:1": ["1-b", "1-a"], "a:2": ["1-a"] };
    const say = (id: string) => {
      if (id === "a:1") return { error, reason: "moderators only" };
      revisions[id] = [];
      return { ok: true, rev: "2-a" };
    };
    const reply = standing(revisions, say);
    const { store, server } = await scriptedStore(t, (asked, socket) => socket.write(reply(asked)));
    t.deepEqual(await store.erase(["a:1", "a:2"]), { type: "erased", refused: 1 });
    t.is(server.asked.length, 3, "asked once is enough");
  });
}

test("erasing gives up when somebody keeps writing", async (t) => {
  const reply = standing({ "a:1": ["1-a"] }, () => ({ error: "conflict" }));
  const { store, server } = await scriptedStore(t, (asked, socket) => socket.write(reply(asked)));
  const result = await store.erase(["a:1"]);
  t.is(result.type === "fault" && result.fault.code, "unavailable");
  t.is(server.asked.length, 10);
});

test("[S13] a deletion whose fate is unknown is a fault, and nothing is guessed", async (t) => {
  const reply = standing({ "a:1": ["1-a"] }, () => ({ error: "timeout" }));
  const { store } = await scriptedStore(t, (asked, socket) => socket.write(reply(asked)));
  const result = await store.erase(["a:1"]);
  t.is(result.type === "fault" && result.fault.code, "failing");
});
