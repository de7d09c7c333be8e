import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import test from "ava";
import { joinModules } from "../../server/joined-modules.ts";
import { NAMED } from "../../server/page.ts";
import { BUILT, pageModule } from "../project.ts";

/** What a page of this kind may cost somebody on a slow phone. */
const SCRIPT_BYTES = 60_000;

test("[I6] all of the page's script is at most 60 kB over the wire, in four requests", (t) => {
  const [begin, main] = Array.from(NAMED, (path) => joinModules(path, pageModule, NAMED));
  t.deepEqual(begin?.imports, []);
  t.deepEqual(main?.imports, ["/page/begin.js", "/page/preact/preact.mjs"]);
  const files = [fileURLToPath(import.meta.resolve("preact")), join(BUILT, "public/worker/keep.js")];
  const texts = [begin?.text ?? "", main?.text ?? "", ...files.map((file) => readFileSync(file, "utf8"))];
  // As a region compresses them.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  const bytes = texts.reduce((sum, text) => sum + brotliCompressSync(text, { params }).length, 0);
  t.log(`${bytes} bytes`);
  t.true(bytes > 20_000 && bytes <= SCRIPT_BYTES, `${bytes}`);
});
