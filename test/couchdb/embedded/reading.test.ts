import test from "ava";
import { ask, startCouch, temporaryDirectory } from "./start.ts";

test("a database larger than a page is read whole, by ids and by the feed", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  const docs = Array.from({ length: 2500 }, (_, n) => ({ _id: `m${String(n).padStart(4, "0")}` }));
  await ask(couch, "POST", "/chat/_bulk_docs", { docs });
  const ids = async (path: string, member: string) => {
    const { body } = await ask(couch, "GET", path);
    const rows: { id: string }[] = Reflect.get(Object(body), member);
    return rows.map((row) => row.id);
  };
  const all = docs.map(({ _id }) => _id);
  t.deepEqual(await ids("/chat/_all_docs?include_docs=true", "rows"), all);
  t.deepEqual(await ids("/chat/_all_docs?descending=true", "rows"), all.toReversed());
  t.deepEqual(await ids("/chat/_all_docs?skip=700&limit=900", "rows"), all.slice(700, 1600));
  t.deepEqual(await ids("/chat/_changes?include_docs=true", "results"), all);
});

test("what only a real CouchDB does is declined in words that say so", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  await ask(couch, "PUT", "/chat/a", {});
  const asked = [
    ["POST", "/chat/_find"],
    ["POST", "/chat/_index"],
    ["PUT", "/chat/_security"],
    ["GET", "/chat/_design/x/_view/y"],
    ["GET", "/chat/a/photo.png"],
    ["PUT", "/chat/a/photo.png"],
    ["GET", "/chat/a?revs=true"],
    ["GET", "/chat/_changes?filter=_view"],
    ["GET", "/chat/_changes?feed=eventsource"],
    ["GET", "/chat/_changes?descending=true"],
    ["GET", "/chat/_all_docs?startkey=1"],
    ["GET", "/chat/_all_docs?keys=[]"],
    ["HEAD", "/chat"],
    ["GET", "/_replicator/_all_docs"],
    ["POST", "/_replicate"],
  ] as const;
  for (const [method, path] of asked) {
    const { status, body } = await ask(
      couch,
      method,
      path,
      method === "GET" || method === "HEAD" ? undefined : {},
    );
    t.is(status, 501, path);
    if (method !== "HEAD") t.like(body, { error: "not_implemented" });
  }
  t.is((await ask(couch, "GET", "/chat/a")).status, 200);
});
