import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import type { Middleware } from "koa";
import { compress, encodingFor, type Encoding } from "./compression.ts";
import { joinModules } from "./joined-modules.ts";
import type { Log } from "./log.ts";
import { contentSecurityPolicy } from "./secure-headers.ts";

/** A directory of the page's files, served below the path `at`, like `/page`. */
export interface PageDirectory {
  readonly directory: string;
  readonly at: string;
}

interface PageFile {
  readonly type: string;
  readonly digest: string;
  readonly text: Buffer;
  /** As it was asked for so far: compressed once, and not before, so that a region need not do it to be there. */
  readonly encoded: Map<Encoding, Promise<Buffer>>;
  /** Modules that are needed next: told of them with this file, a browser asks for them at once. */
  readonly preloads: readonly string[];
}

/** The page's files by path. `index.html` is served at `/` and nowhere else. */
export type Page = ReadonlyMap<string, PageFile>;

/** What a page is made of. Nothing else in a directory is served, sources least of all. */
const TYPES: ReadonlyMap<string, string> = new Map([
  [".css", "text/css; charset=utf-8"],
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".mjs", "text/javascript; charset=utf-8"],
  [".map", "application/json; charset=utf-8"],
  [".png", "image/png"],
  [".svg", "image/svg+xml; charset=utf-8"],
  [".woff2", "font/woff2"],
]);

/** The modules that the page names, in their order. Each is served with all that it imports written into it. */
export const NAMED: ReadonlySet<string> = new Set(["/page/begin.js", "/page/main.js"]);

/** Reads the page into memory, once. A later directory's file takes the place of an earlier one's. */
export async function loadPage(directories: readonly PageDirectory[], log: Log): Promise<Page> {
  const page = new Map<string, PageFile>();
  for (const { directory, at } of directories) {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) log.warn("page-directory-missing", { directory });
    for (const entry of entries ?? []) {
      const type = TYPES.get(extname(entry.name));
      if (!entry.isFile() || type === undefined) continue;
      const file = join(entry.parentPath, entry.name);
      const name = relative(directory, file).split(sep).join("/");
      const path = name === "index.html" ? "/" : `${at}/${name}`;
      page.set(path, pageFile(type, await readFile(file)));
    }
  }
  joinNamed(page, log);
  return page;
}

/** A few requests instead of one for each module. A page that cannot be joined is only slower. */
function joinNamed(page: Map<string, PageFile>, log: Log): void {
  const read = (path: string): string | undefined => page.get(path)?.text.toString();
  const preloads = new Set<string>();
  const joinedFiles = new Map<string, PageFile>();
  for (const path of NAMED) {
    const file = page.get(path);
    if (file === undefined) continue;
    const joined = joinModules(path, read, NAMED);
    if (joined === undefined) log.warn("page-not-joined", { module: path });
    else joinedFiles.set(path, pageFile(file.type, Buffer.from(joined.text)));
    for (const module of [path, ...(joined?.imports ?? [])]) preloads.add(module);
  }
  for (const [path, file] of joinedFiles) page.set(path, file);
  const index = page.get("/");
  if (index !== undefined) page.set("/", { ...index, preloads: [...preloads] });
}

function pageFile(type: string, text: Buffer): PageFile {
  const digest = createHash("sha256").update(text).digest("base64url").slice(0, 22);
  return { type, digest, text, encoded: new Map(), preloads: [] };
}

function encoded({ text, encoded: known }: PageFile, encoding: Encoding): Promise<Buffer> {
  const body = known.get(encoding) ?? compress(text, encoding);
  known.set(encoding, body);
  return body;
}

/** `no-cache` lets a browser keep a file and makes it ask whether it is still the same. `peers`: whom the page may talk to. */
export function pageDoor(page: Page, peers: () => readonly string[]): Middleware {
  return async (ctx, next) => {
    const file = page.get(ctx.path);
    if (file === undefined || (ctx.method !== "GET" && ctx.method !== "HEAD")) {
      await next();
      return;
    }
    ctx.status = 200;
    ctx.set("Cache-Control", "no-cache");
    const encoding = encodingFor(ctx);
    ctx.set("ETag", `"${file.digest}${encoding === "identity" ? "" : `-${encoding}`}"`);
    if (ctx.path === "/") {
      ctx.set("Content-Security-Policy", contentSecurityPolicy(peers()));
    }
    const preloads = file.preloads.map((module) => `<${module}>; rel="modulepreload"`);
    if (preloads.length > 0) ctx.set("Link", preloads.join(", "));
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    ctx.set("Content-Type", file.type);
    if (encoding !== "identity") ctx.set("Content-Encoding", encoding);
    ctx.body = await encoded(file, encoding);
  };
}
