import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import test from "ava";
import { BUILT } from "../project.ts";

const PAGE = join(BUILT, "public/");
/** What a page of this kind may cost somebody on a slow phone. */
const SCRIPT_BYTES = 60_000;

/** The modules that the page loads, found as a browser finds them. */
function loadedFrom(module: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(module)) return seen;
  seen.add(module);
  const isForeign = module.startsWith("preact/");
  const source = isForeign ? "" : readFileSync(PAGE + module, "utf8");
  for (const [, path = ""] of source.matchAll(/^(?:import|export) .*?"(\.[^"]+)";$/gms)) {
    loadedFrom(new URL(path, `file:///${module}`).pathname.slice(1), seen);
  }
  return seen;
}

test("[I6] all of the page's script is at most 60 kB over the wire", (t) => {
  const preact = fileURLToPath(import.meta.resolve("preact"));
  const modules = [...loadedFrom("main.js"), "worker/keep.js"];
  const weights = modules.map((module) => {
    const file = module.startsWith("preact/") ? preact : PAGE + module;
    return brotliCompressSync(readFileSync(file)).length;
  });
  const bytes = weights.reduce((sum, weight) => sum + weight, 0);
  t.log(`${modules.length} modules, ${bytes} bytes`);
  t.true(modules.includes("preact/preact.mjs") && modules.length > 40);
  t.true(bytes <= SCRIPT_BYTES, `${bytes}`);
});
