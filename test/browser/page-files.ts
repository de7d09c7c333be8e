import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const preact = fileURLToPath(new URL(".", import.meta.resolve("preact")));
const root = fileURLToPath(new URL("../..", import.meta.url));

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

const FILES_AT_ROOT: Readonly<Record<string, string>> = { "/": "index.html", "/keep.js": "worker/keep.js" };

/** `/` and `/page/…`, as a region serves them. */
export class PageFiles {
  readonly #compiled: string;

  private constructor(compiled: string) {
    this.#compiled = compiled;
  }

  /**
   * Compiles the page into a directory of its own, so that tests that run side by side neither wait for a build nor
   * read half of one. Types are not looked at again here. Throws with the compiler's words when it fails.
   */
  static async compile(): Promise<PageFiles> {
    const compiled = await mkdtemp(join(tmpdir(), "settee-page-"));
    const flags =
      "--ignoreConfig --noCheck --target es2023 --module nodenext --verbatimModuleSyntax --rewriteRelativeImportExtensions " +
      "--jsx react --jsxFactory h --jsxFragmentFactory Fragment";
    await promisify(execFile)(
      process.execPath,
      [
        join(root, "node_modules/typescript/bin/tsc"),
        ...flags.split(" "),
        "--rootDir",
        root,
        "--outDir",
        compiled,
        join(root, "public/main.ts"),
        join(root, "public/worker/keep.ts"),
      ],
      { cwd: root },
    );
    return new PageFiles(compiled);
  }

  async remove(): Promise<void> {
    await rm(this.#compiled, { recursive: true });
  }

  async serve(path: string, response: ServerResponse): Promise<void> {
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
      kind === "mjs"
        ? join(preact, basename(name))
        : join(kind === "js" ? this.#compiled : root, "public", name);
    const file = await readFile(place).catch(() => undefined);
    response.writeHead(file === undefined ? 404 : 200, { ...headers, "content-type": type }).end(file);
  }
}
