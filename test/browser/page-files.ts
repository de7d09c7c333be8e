import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { joinModules } from "../../server/joined-modules.ts";
import { NAMED } from "../../server/page.ts";
import { BUILT, pageModule, PROJECT } from "../project.ts";

const preact = fileURLToPath(new URL(".", import.meta.resolve("preact")));

/** What every door says of the page (security A2). */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; " +
  "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
};

const JOINED = new Map([...NAMED].map((path) => [path, joinModules(path, pageModule, NAMED)?.text]));
const FILES_AT_ROOT: Readonly<Record<string, string>> = { "/": "index.html", "/keep.js": "worker/keep.js" };

/** `/` and `/page/…`, as a region serves them. */
export async function servePage(path: string, response: ServerResponse): Promise<void> {
  const name = FILES_AT_ROOT[path] ?? /^\/page\/((?:[a-z-]+\/)*[a-z-]+\.[a-z]+)$/.exec(path)?.[1];
  const kind = name?.split(".").at(-1) ?? "";
  const type = TYPES[kind];
  const headers = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  };
  if (name === undefined || type === undefined) {
    response.writeHead(404, headers).end();
    return;
  }
  const place =
    kind === "mjs" ? join(preact, basename(name)) : join(kind === "js" ? BUILT : PROJECT, "public", name);
  const file = JOINED.get(path) ?? (await readFile(place).catch(() => undefined));
  response.writeHead(file === undefined ? 404 : 200, { ...headers, "content-type": type }).end(file);
}
