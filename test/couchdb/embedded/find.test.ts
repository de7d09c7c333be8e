import test from "ava";
import { ask, startCouch, temporaryDirectory } from "./start.ts";

test("simple selectors find documents, page by page; the rest is declined in words", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  const docs = Array.from({ length: 12 }, (_, n) => ({
    _id: `m${String(n).padStart(2, "0")}`,
    room: `r${n % 3}`,
    n,
  }));
  await ask(couch, "POST", "/chat/_bulk_docs", { docs });
  const find = async (question: unknown) => (await ask(couch, "POST", "/chat/_find", question)).body;
  t.like(await find({ selector: { room: "r1", n: { $gt: 4 } }, fields: ["n"] }), {
    docs: [{ n: 7 }, { n: 10 }],
  });
  t.like(await find({ selector: { _id: { $gte: "m10" } }, fields: ["_id"] }), {
    docs: [{ _id: "m10" }, { _id: "m11" }],
  });
  const first = await find({ selector: { room: "r0" }, limit: 2, fields: ["n"] });
  t.like(first, { docs: [{ n: 0 }, { n: 3 }] });
  const bookmark: unknown = Reflect.get(Object(first), "bookmark");
  t.like(await find({ selector: { room: "r0" }, limit: 2, fields: ["n"], bookmark }), {
    docs: [{ n: 6 }, { n: 9 }],
  });
  t.like(await ask(couch, "POST", "/chat/_find", { selector: { $or: [] } }), {
    status: 501,
    body: { error: "not_implemented" },
  });
  t.like(await ask(couch, "POST", "/chat/_find", { selector: { n: 1 }, sort: ["n"] }), { status: 400 });
});

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
  t.deepEqual(
    await ids("/chat/_changes?descending=true&limit=1200", "results"),
    all.toReversed().slice(0, 1200),
  );
});
