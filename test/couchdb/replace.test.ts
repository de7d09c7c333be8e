import test from "ava";
import { answer, scriptedStore, type Asked } from "./scripted-server.ts";

const BEACON = { _id: "region:a", n: 2 };
const STANDING = { _id: "region:a", _rev: "1-a", n: 1 };
const FOUND = { rows: [{ id: "region:a", key: "region:a", value: { rev: "1-a" }, doc: STANDING }] };

const isWrite = ({ path }: Asked) => path.endsWith("_bulk_docs");

test("replacing gives up when somebody else keeps writing", async (t) => {
  const { store, server } = await scriptedStore(t, (asked, socket) => {
    const conflict = [{ id: "region:a", error: "conflict" }];
    socket.write(isWrite(asked) ? answer(201, conflict) : answer(200, FOUND));
  });
  const result = await store.replace(BEACON);
  t.is(result.type === "fault" && result.fault.code, "unavailable");
  const [reading, writing] = ['{"keys":["region:a"]}', '{"docs":[{"_id":"region:a","n":2,"_rev":"1-a"}]}'];
  t.deepEqual(
    server.asked.map(({ body }) => body),
    [reading, writing, reading, writing],
  );
});

const outcomes: Record<string, [unknown, unknown]> = {
  "[S8] on fewer copies than a quorum counts as replaced: the next beacon comes in seconds": [
    [{ id: "region:a", ok: true, rev: "2-a", accepted: true }],
    { type: "replaced", before: { type: "found", document: STANDING } },
  ],
  "a document that may not be replaced is a fault of its own": [
    [{ id: "region:a", error: "forbidden", reason: "no" }],
    { type: "fault", fault: { code: "failing", text: "forbidden: no" } },
  ],
};
for (const [sentence, [row, expected]] of Object.entries(outcomes)) {
  test(sentence, async (t) => {
    const { store } = await scriptedStore(t, (asked, socket) => {
      socket.write(isWrite(asked) ? answer(201, row) : answer(200, FOUND));
    });
    t.deepEqual(await store.replace(BEACON), expected);
  });
}

test("[S10] a document that is refused as malformed is a fault of its own", async (t) => {
  const { store } = await scriptedStore(t, (asked, socket) => {
    const refused = { error: "bad_request", reason: "invalid UTF-8 JSON" };
    socket.write(isWrite(asked) ? answer(400, refused) : answer(200, FOUND));
  });
  const result = await store.replace(BEACON);
  t.is(result.type === "fault" && result.fault.code, "failing");
});
