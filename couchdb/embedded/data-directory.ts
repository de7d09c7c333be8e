import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LevelGround } from "./level.ts";

/** Where a running server can be found by other processes of the machine. */
export interface Endpoint {
  readonly url: string;
  readonly pid: number;
}

export type DirectoryOpened =
  | { readonly type: "opened"; readonly directory: DataDirectory }
  /** Another process has it; `endpoint` is what that one left to be found by, if it is up already. */
  | {
      readonly type: "locked";
      readonly endpoint: Endpoint | undefined;
      readonly password: string | undefined;
    }
  | { readonly type: "failed"; readonly reason: string };

/**
 * The files of one embedded CouchDB: `level/` the databases and the lock, `password` the admin's, `uuid` the
 * server's name, `endpoint` where it listens, `fauxton/` the admin page. For this user's eyes only.
 */
export class DataDirectory {
  readonly ground: LevelGround;
  readonly password: string;
  readonly uuid: string;
  readonly fauxton: string;
  readonly #endpoint: string;

  static async open(path: string): Promise<DirectoryOpened> {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      const level = await LevelGround.open(join(path, "level"));
      if (level.type === "failed") return level;
      if (level.type === "locked") {
        const password = await read(join(path, "password"));
        return { type: "locked", endpoint: await readEndpoint(path), password };
      }
      // A crash left it: whoever reads it now would be sent to nobody.
      await rm(join(path, "endpoint"), { force: true });
      const password = await kept(join(path, "password"), () => randomBytes(24).toString("base64url"));
      const uuid = await kept(join(path, "uuid"), () => randomBytes(16).toString("hex"));
      return { type: "opened", directory: new DataDirectory(path, level.ground, password, uuid) };
    } catch (error) {
      return { type: "failed", reason: error instanceof Error ? error.message : String(error) };
    }
  }

  private constructor(path: string, ground: LevelGround, password: string, uuid: string) {
    this.ground = ground;
    this.password = password;
    this.uuid = uuid;
    this.fauxton = join(path, "fauxton");
    this.#endpoint = join(path, "endpoint");
  }

  async announce(endpoint: Endpoint): Promise<void> {
    await writeWhole(this.#endpoint, `${JSON.stringify(endpoint)}\n`);
  }

  async close(): Promise<void> {
    await rm(this.#endpoint, { force: true });
    await this.ground.close();
  }
}

/** What the server of this directory announced; undefined while it is starting. */
async function readEndpoint(path: string): Promise<Endpoint | undefined> {
  try {
    const value: unknown = JSON.parse((await read(join(path, "endpoint"))) ?? "");
    const isObject = typeof value === "object" && value !== null;
    if (!isObject || !("url" in value) || !("pid" in value)) return undefined;
    const { url, pid } = value;
    return typeof url === "string" && typeof pid === "number" ? { url, pid } : undefined;
  } catch {
    return undefined;
  }
}

async function kept(file: string, make: () => string): Promise<string> {
  const there = await read(file);
  if (there) {
    await chmod(file, 0o600);
    return there;
  }
  const made = make();
  await writeWhole(file, `${made}\n`);
  return made;
}

/** Never half a file: written beside it, then moved. */
async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

async function read(file: string): Promise<string | undefined> {
  return (await readFile(file, "utf8").catch(() => "")).trim() || undefined;
}
