import test from "ava";
import * as fc from "fast-check";
import { LineSplitter } from "../../couchdb/lines.ts";
import { collectGarbage } from "./collect-garbage.ts";

test("[S5] wherever the bytes are cut, the lines are the same", (t) => {
  const line = fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll("\n", ""));
  const property = fc.property(fc.array(line), fc.array(fc.nat(60)), (lines, cuts) => {
    const splitter = new LineSplitter(1000);
    let bytes = Buffer.from(lines.map((each) => `${each}\n`).join(""));
    const out: string[] = [];
    for (const cut of [...cuts, Infinity]) {
      out.push(...splitter.push(bytes.subarray(0, cut)).lines);
      bytes = bytes.subarray(cut);
    }
    t.deepEqual(out, lines);
  });
  fc.assert(property);
});

test("[S5] an unfinished line is no line", (t) => {
  t.deepEqual(new LineSplitter(9).push(Buffer.from("ab\ncd")), { lines: ["ab"], skipped: 0 });
});

test("[S6] a line may be as long as the limit, in bytes, and one byte more is skipped and counted", (t) => {
  const splitter = new LineSplitter(4);
  t.deepEqual(splitter.push(Buffer.from("éé\nééx\nx\n")), { lines: ["éé", "x"], skipped: 1 });
});

test("[S6] a line that is too long is skipped also when it comes in pieces", (t) => {
  const splitter = new LineSplitter(4);
  t.deepEqual(splitter.push(Buffer.from("abc")), { lines: [], skipped: 0 });
  t.deepEqual(splitter.push(Buffer.from("def")), { lines: [], skipped: 0 });
  t.deepEqual(splitter.push(Buffer.from("ghi")), { lines: [], skipped: 0 });
  t.deepEqual(splitter.push(Buffer.from("j\nk\n")), { lines: ["k"], skipped: 1 });
});

test("[S6] nothing is kept of a line that is too long", async (t) => {
  const splitter = new LineSplitter(4);
  const pushed = Array.from({ length: 10 }, () => {
    const chunk = Buffer.from(new ArrayBuffer(100_000));
    splitter.push(chunk);
    return new WeakRef(chunk.buffer);
  });
  await collectGarbage();
  t.deepEqual(
    pushed.filter((chunk) => chunk.deref() !== undefined),
    [],
  );
  t.deepEqual(splitter.push(Buffer.from("\n")), { lines: [], skipped: 1 });
});

test("a line that drips in byte by byte is whole", (t) => {
  const splitter = new LineSplitter(10_000);
  const text = "é😀".repeat(1000);
  for (const byte of Buffer.from(text)) splitter.push(Buffer.of(byte));
  t.deepEqual(splitter.push(Buffer.from("\n")), { lines: [text], skipped: 0 });
});
