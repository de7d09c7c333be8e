import { open } from "node:fs/promises";
import type { History } from "../../checkers/history.ts";
import type { Tortured } from "./torture.ts";

/** What is known of a torture that went wrong, as one JSON document, written in pieces: all of it is longer than the longest text there can be. */
export async function writeHistory(file: string, { report, history, logs }: Tortured): Promise<void> {
  const out = await open(file, "w");
  try {
    let separator = "{";
    for (const [name, value] of Object.entries({ ...history, report, logs })) {
      await out.write(`${separator}\n${JSON.stringify(name)}: `);
      if (name === "readers") await writeReaders(out, history.readers);
      else await out.write(JSON.stringify(value));
      separator = ",";
    }
    await out.write("\n}\n");
  } finally {
    await out.close();
  }
}

type File = Awaited<ReturnType<typeof open>>;

const PIECE = 10_000;

async function writeReaders(out: File, readers: History["readers"]): Promise<void> {
  for (const [place, { handed, ...reader }] of readers.entries()) {
    await out.write(`${place === 0 ? "[" : ",\n"}${JSON.stringify(reader).slice(0, -1)},"handed":[`);
    for (let from = 0; from < handed.length; from += PIECE) {
      const piece = handed.slice(from, from + PIECE).map((one) => JSON.stringify(one));
      await out.write(`${from === 0 ? "" : ",\n"}${piece.join(",\n")}`);
    }
    await out.write("]}");
  }
  await out.write("]");
}
