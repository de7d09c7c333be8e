import test from "ava";
import { ask, startCouch, temporaryDirectory } from "./start.ts";

test("of equal writes at once exactly one is taken, alone and row by row in batches", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  for (let round = 0; round < 10; round++) {
    const puts = await Promise.all([1, 2, 3].map((n) => ask(couch, "PUT", `/chat/p${round}`, { n })));
    t.deepEqual(
      puts.map(({ status }) => status).sort((a, b) => a - b),
      [201, 409, 409],
    );
    const docs = [{ _id: `x${round}` }, { _id: `y${round}` }];
    const batches = await Promise.all([1, 2, 3].map(() => ask(couch, "POST", "/chat/_bulk_docs", { docs })));
    const rows = batches.flatMap(({ body }) => (Array.isArray(body) ? body : []));
    t.is(rows.filter((row) => row.ok === true).length, 2);
    t.is(rows.filter((row) => row.error === "conflict").length, 4);
  }
});
