import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";

/** Ids in the first cell, or the third one, of a row of the fault model's tables. */
const ROW = /^\|\s*([ICRSA]\d+)\s*\|[^|]*\|(?:\s*([ICRSA]\d+)\s*\|)?/gm;

/** A text that begins with ids, as titles do. */
const TITLE = /["`](\[[A-Z]+\d+\] )+/g;

test("every promise and every fault of the fault model stands in the title of a test", (t) => {
  const model = readFileSync("test/README.md", "utf8");
  const ids = [...model.matchAll(ROW)].flatMap(([, one, other]) => [one ?? [], other ?? []].flat());
  t.true(ids.length > 80, `only ${ids.length} ids were found`);
  const sources = readdirSync("test", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join("test", file), "utf8"));
  const titles = sources.flatMap((source) => source.match(TITLE) ?? []).join("\n");
  t.deepEqual(
    ids.filter((id) => !titles.includes(`[${id}]`)),
    [],
  );
});
