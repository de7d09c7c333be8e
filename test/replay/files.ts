import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { ROOMS_PER_READER } from "../../sync/limits.ts";
import type { Room } from "../../sync/names.ts";
import { decodeLog, isChatLog, parseLog, roomFor, type Script } from "./script.ts";

export interface Scripts {
  readonly type: "scripts";
  readonly scripts: readonly Script[];
  /** Files that are no chat logs. */
  readonly otherFiles: readonly string[];
}

/** `remedy` is for the person who named the files. */
export type Loaded = Scripts | { readonly type: "unusable"; readonly remedy: string };

/** Reads chat logs, and of folders every chat log that lies directly in them, by name. */
export async function loadScripts(paths: readonly string[]): Promise<Loaded> {
  const scripts: Script[] = [];
  const otherFiles: string[] = [];
  const rooms = new Set<Room>();
  for (const path of paths) {
    const files = await filesAt(path);
    if (files === undefined) return unusable(`${path} is neither a file nor a folder that can be read`);
    for (const file of files) {
      const text = decodeLog(await readFile(file));
      if (isChatLog(text)) {
        const room = roomFor(basename(file), rooms);
        rooms.add(room);
        scripts.push(parseLog(text, room));
      } else otherFiles.push(file);
    }
  }
  if (scripts.length === 0)
    return unusable("no chat log among these files: its lines are like [12:34] <nick> text");
  if (scripts.length > ROOMS_PER_READER)
    return unusable(
      `${scripts.length} logs are too many: a reader follows ${ROOMS_PER_READER} rooms, one for each`,
    );
  return { type: "scripts", scripts, otherFiles };
}

async function filesAt(path: string): Promise<string[] | undefined> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    return names.sort().map((name) => join(path, name));
  } catch {
    return undefined;
  }
}

function unusable(remedy: string): Loaded {
  return { type: "unusable", remedy };
}
