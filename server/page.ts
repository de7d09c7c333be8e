import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import type { Middleware } from "koa";
import type { Log } from "./log.ts";

/** A directory of the page's files, served below the path `at`, like `/page`. */
export interface PageDirectory {
  readonly directory: string;
  readonly at: string;
}

interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly body: Buffer;
}

/** The page's files by path. `index.html` is served at `/` and nowhere else. */
export type Page = ReadonlyMap<string, PageFile>;

/** What a page is made of. Nothing else in a directory is served, sources least of all. */
const TYPES: ReadonlyMap<string, string> = new Map([
  [".css", "text/css; charset=utf-8"],
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".map", "application/json; charset=utf-8"],
  [".png", "image/png"],
  [".svg", "image/svg+xml; charset=utf-8"],
  [".woff2", "font/woff2"],
]);

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
      const body = await readFile(file);
      const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
      page.set(name === "index.html" ? "/" : `${at}/${name}`, { type, etag, body });
    }
  }
  return page;
}

/** `no-cache` lets a browser keep a file and makes it ask whether it is still the same. */
export function pageDoor(page: Page): Middleware {
  return async (ctx, next) => {
    const file = page.get(ctx.path);
    if (file === undefined || (ctx.method !== "GET" && ctx.method !== "HEAD")) {
      await next();
      return;
    }
    ctx.status = 200;
    ctx.set("Cache-Control", "no-cache");
    ctx.set("ETag", file.etag);
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    ctx.set("Content-Type", file.type);
    ctx.body = file.body;
  };
}
