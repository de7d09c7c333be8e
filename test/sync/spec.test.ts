import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";

const RULE = /\[([A-Z]{2}\d+)\]/g;

function idsIn(text: string): string[] {
  return [...text.matchAll(RULE)].map(([, id]) => id ?? "");
}

/** The titles of all tests: the lines that begin one, which hold all of its ids. */
function titles(): string {
  const files = readdirSync("test", { recursive: true, encoding: "utf8" });
  const sources = files
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => readFileSync(join("test", file), "utf8"));
  return sources.flatMap((source) => source.match(/test(\.serial)?\(\s*["`].*/g) ?? []).join("\n");
}

test("every rule of SPEC.md has a test, and every rule a test names is there", (t) => {
  const rules = idsIn(readFileSync("sync/SPEC.md", "utf8"));
  const tested = new Set(idsIn(titles()));
  t.deepEqual(rules, [...new Set(rules)], "a rule stands twice");
  t.deepEqual(
    rules.filter((id) => !tested.has(id)),
    [],
    "rules without a test",
  );
  t.deepEqual(
    [...tested].filter((id) => !rules.includes(id)),
    [],
    "tests of no rule",
  );
});
