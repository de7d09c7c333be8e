import test from "ava";
import { BEGINNING } from "../../sync/store.ts";
import { classify } from "../../sync/document.ts";
import { FeedDiary } from "../couchdb/feed-diary.ts";
import { chunk, feedOf, scriptedStore } from "../couchdb/scripted-server.ts";
import { hasCorpora, jsonBodies, UNLESS_ABSENT } from "./corpora.ts";

/** A row whose document is these bytes, as they are. */
function rowOf(id: string, body: Buffer): Buffer {
  const head = JSON.stringify({ seq: `1-${id}`, id, changes: [{ rev: "1-a" }] }).slice(0, -1);
  return Buffer.concat([Buffer.from(`${head},"doc":`), body, Buffer.from("}\n")]);
}

(hasCorpora ? test : test.skip)(
  `[A12] [S6] JSONTestSuite as rows of the feed: what is no JSON is skipped, and the row behind it comes ${UNLESS_ABSENT}`,
  async (t) => {
    const bodies = jsonBodies();
    const good = Buffer.from('{"text":"good"}');
    const { store } = await scriptedStore(t, (_, socket) => {
      socket.write(feedOf("\n"));
      for (const [name, body] of bodies)
        socket.write(chunk(Buffer.concat([rowOf(name, body), rowOf(`after ${name}`, good)])));
    });
    const diary = new FeedDiary();
    t.teardown(store.follow(BEGINNING, diary));
    const last = `after ${bodies.at(-1)?.[0] ?? ""}`;
    await diary.until(({ rows }) => rows.some(({ id }) => id === last));

    const ids = new Set(diary.rows.map(({ id }) => id));
    for (const [name, body] of bodies) {
      t.true(ids.has(`after ${name}`), name);
      const isUtf8 = Buffer.from(body.toString()).equals(body);
      if (name.startsWith("n_") && isUtf8) t.false(ids.has(name), name);
      if (name.startsWith("y_object") && !body.includes("\n")) t.true(ids.has(name), name);
    }
    for (const row of diary.rows) t.is(classify(row).type, "foreign");
    t.false("polluted" in {});
  },
);
