import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { extname, join, relative, sep } from "node:path";
import type { Middleware } from "koa";
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
  /** Compressed once, when the page is read. */
  readonly body: Readonly<Record<Encoding, Buffer>>;
}

/** The best first. Browsers take the first of them by https only. */
const ENCODINGS = ["br", "gzip", "identity"] as const;
type Encoding = (typeof ENCODINGS)[number];

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

/** Of the page itself: its worker is another program. */
const MODULE = /^\/page\/(?!worker\/).*\.m?js$/;
/** Headers are short; modules beyond this come a level later. */
const PRELOADS = 100;

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
      const body = await encoded(await readFile(file));
      const digest = createHash("sha256").update(body.identity).digest("base64url").slice(0, 22);
      page.set(name === "index.html" ? "/" : `${at}/${name}`, { type, digest, body });
    }
  }
  return page;
}

async function encoded(body: Buffer): Promise<PageFile["body"]> {
  return { br: await promisify(brotliCompress)(body), gzip: await promisify(gzip)(body), identity: body };
}

/** A module names what it needs when it is there: told of all at once, a browser need not wait level by level. */
function preloads(page: Page): string {
  const modules = [...page.keys()].filter((path) => MODULE.test(path)).slice(0, PRELOADS);
  return modules.map((path) => `<${path}>; rel="modulepreload"`).join(", ");
}

/** `no-cache` lets a browser keep a file and makes it ask whether it is still the same. `peers`: whom the page may talk to. */
export function pageDoor(page: Page, peers: () => readonly string[]): Middleware {
  const modules = preloads(page);
  return async (ctx, next) => {
    const file = page.get(ctx.path);
    if (file === undefined || (ctx.method !== "GET" && ctx.method !== "HEAD")) {
      await next();
      return;
    }
    ctx.status = 200;
    ctx.set("Cache-Control", "no-cache");
    ctx.vary("Accept-Encoding");
    const encoding = ENCODINGS.find((one) => ctx.acceptsEncodings(one) === one) ?? "identity";
    ctx.set("ETag", `"${file.digest}${encoding === "identity" ? "" : `-${encoding}`}"`);
    if (ctx.path === "/") {
      ctx.set("Content-Security-Policy", contentSecurityPolicy(peers()));
      if (modules !== "") ctx.set("Link", modules);
    }
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    ctx.set("Content-Type", file.type);
    if (encoding !== "identity") ctx.set("Content-Encoding", encoding);
    ctx.body = file.body[encoding];
  };
}
