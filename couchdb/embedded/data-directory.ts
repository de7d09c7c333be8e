import { isRecord } from "../../sync/json.ts";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LevelGround } from "./level.ts";

/** Where a running server can be found by other processes of the machine. */
interface Endpoint {
  readonly url: string;
  readonly pid: number;
}

/**
 * The files of one embedded CouchDB: `documents/` the databases and the lock, `password` the admin's,
 * `endpoint` where it listens, `fauxton/` the admin page. For this user's eyes only.
 */
interface DataDirectory {
  readonly type: "opened";
  readonly ground: LevelGround;
  readonly password: string;
  /** The path of the admin page. */
  readonly fauxton: string;
  announce(endpoint: Endpoint): Promise<void>;
  close(): Promise<void>;
}

export type DirectoryOpened =
  | DataDirectory
  /** Another process has it; `endpoint` is what that one left to be found by, if it is up already. */
  | {
      readonly type: "locked";
      readonly endpoint: Endpoint | undefined;
      readonly password: string | undefined;
    }
  | { readonly type: "failed"; readonly reason: string };

export async function openDirectory(path: string): Promise<DirectoryOpened> {
  const endpointFile = join(path, "endpoint");
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const ground = await LevelGround.open(join(path, "documents"));
    if (ground === "locked") {
      const endpoint = parseEndpoint(await read(endpointFile));
      return { type: "locked", endpoint, password: await read(join(path, "password")) };
    }
    // A crash left it: whoever reads it now would be sent to nobody.
    await rm(endpointFile, { force: true });
    return {
      type: "opened",
      ground,
      password: await keptPassword(join(path, "password")),
      fauxton: join(path, "fauxton"),
      announce: (endpoint) => writeWhole(endpointFile, `${JSON.stringify(endpoint)}\n`),
      close: async () => {
        await rm(endpointFile, { force: true });
        await ground.close();
      },
    };
  } catch (error) {
    return { type: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** What the server of this directory announced; undefined while it is starting. The file is never half written. */
function parseEndpoint(text: string | undefined): Endpoint | undefined {
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  if (!isRecord(value)) return undefined;
  const { url, pid } = value;
  return typeof url === "string" && typeof pid === "number" ? { url, pid } : undefined;
}

async function keptPassword(file: string): Promise<string> {
  const password = (await read(file)) ?? randomBytes(24).toString("base64url");
  await writeWhole(file, `${password}\n`);
  return password;
}

/** Never half a file: written beside it, then moved. */
async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

async function read(file: string): Promise<string | undefined> {
  return (await readFile(file, "utf8").catch(() => "")).trim() || undefined;
}
