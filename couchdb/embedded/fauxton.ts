import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { extname, join, relative, resolve, sep } from "node:path";
import { promisify } from "node:util";
import type { Answer, Reply } from "./exchange.ts";
import { MISSING } from "./refusal.ts";

const run = promisify(execFile);

/** Apache's admin page, prebuilt. Its npm package is taken without its 1,731 dependencies: nothing of them is needed. */
const PACKAGE = "fauxton@1.2.6";
const TARBALL = "fauxton-1.2.6.tgz";
const SHA512 = "5ZwPKqstwmQclSHifWBmbyzlBOLoBB3gssGaiEFLPcIzHO0Zxz+uPr/D/Fs6DGH7Hfohw7s6zqcjwU9CRcshfw==";
const FETCH_TIMEOUT_MS = 120_000;

const TYPES = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".png", "image/png"],
  [".gif", "image/gif"],
  [".svg", "image/svg+xml"],
  [".woff", "font/woff"],
  [".ttf", "font/ttf"],
  [".eot", "application/vnd.ms-fontobject"],
]);

/** What a real CouchDB sends with these pages; they evaluate templates. */
const POLICY =
  "default-src 'self'; child-src 'self' blob:; img-src 'self' data:; font-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

/** Served path → file. Only what was unpacked can be asked for. */
type Files = ReadonlyMap<string, string>;

/** Fauxton at `/_utils/`: fetched once, in the background, into a directory of its own. */
export class Fauxton {
  readonly ready: Promise<void>;
  #files: Files = new Map();
  #absence = "It is being fetched. Reload this page in a few seconds.";
  readonly #directory: string;
  readonly #abort = new AbortController();

  /** With `fetch` false only what is already in the directory is served. */
  constructor(directory: string, options: { fetch: boolean }) {
    // npm runs in another directory, where a relative path would lead elsewhere.
    this.#directory = resolve(directory);
    this.ready = this.#prepare(options.fetch);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.ready;
  }

  /** `path`: what is asked for below `/_utils`. */
  async serve(path: readonly string[]): Promise<Reply> {
    // Its links are relative to a directory.
    if (path.length === 0)
      return { type: "answer", status: 301, headers: { location: "/_utils/" }, body: "" };
    if (this.#files.size === 0) return notReady(this.#absence);
    const file = this.#files.get(path.join("/") || "index.html");
    if (file === undefined) return MISSING;
    const headers = {
      "content-type": TYPES.get(extname(file)) ?? "application/octet-stream",
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
    };
    return { type: "answer", status: 200, headers, body: await readFile(file) };
  }

  async #prepare(mayFetch: boolean): Promise<void> {
    try {
      let files = await filesOf(this.#directory);
      if (files.size === 0 && mayFetch) {
        await this.#fetch();
        files = await filesOf(this.#directory);
      }
      this.#files = files;
      this.#absence = "It was not asked for.";
    } catch (error) {
      this.#absence = `It could not be fetched: ${String(error)}`;
    }
  }

  /** Unpacked beside its place and moved there in one step: a crash leaves no half of it. */
  async #fetch(): Promise<void> {
    const parent = join(this.#directory, "..");
    await mkdir(parent, { recursive: true });
    const work = await mkdtemp(join(parent, "fauxton-"));
    const options = { signal: this.#abort.signal, timeout: FETCH_TIMEOUT_MS, cwd: work };
    try {
      await run("npm", ["pack", PACKAGE, "--silent"], options);
      const tarball = await readFile(join(work, TARBALL));
      const sum = createHash("sha512").update(tarball).digest("base64");
      if (sum !== SHA512) throw new Error(`${PACKAGE} is not the package it should be: sha512-${sum}`);
      await run("tar", ["-xzf", TARBALL, "package/dist/release"], options);
      await rename(join(work, "package", "dist", "release"), this.#directory);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
}

async function filesOf(directory: string): Promise<Files> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [relative(directory, file).split(sep).join("/"), file]));
}

function notReady(absence: string): Answer {
  const body =
    `Fauxton, the admin page (npm pack ${PACKAGE}), is not here. ${absence}\n\nThe database works without it. ` +
    `With a connection to the npm registry, start again to try once more.\n`;
  const headers = { "content-type": "text/plain; charset=utf-8", "retry-after": "5" };
  return { type: "answer", status: 503, headers, body };
}
