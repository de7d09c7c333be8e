import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT } from "../../project.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** What a simulation is made of. */
const NEEDED = [
  "package.json",
  "tsconfig.json",
  "sync",
  "couchdb",
  "server",
  "public",
  "test/checkers",
  "test/sync",
  "test/simulation",
  "test/project.ts",
  "test/tsconfig.json",
];

/** A copy of the project with one bug in it. */
export interface Planted {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Throws for a bug that is stale, because the core was changed since: it would be a bug that is never found. */
export async function seekPlaces(bugs: readonly PlantedBug[]): Promise<void> {
  for (const bug of bugs) await codeWith(bug);
}

export async function plant(bug: PlantedBug): Promise<Planted> {
  const code = await codeWith(bug);
  const folder = await mkdtemp(join(tmpdir(), "settee-planted-"));
  for (const path of NEEDED) await cp(join(PROJECT, path), join(folder, path), { recursive: true });
  await symlink(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, bug.file), code);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function codeWith(bug: PlantedBug): Promise<string> {
  return withBug(bug, await readFile(join(PROJECT, bug.file), "utf8"));
}

export function withBug({ name, file, find, replace }: PlantedBug, code: string): string {
  const pieces = code.split(find);
  if (pieces.length !== 2)
    throw new Error(`the bug "${name}" is stale: ${file} has its place ${pieces.length - 1} times`);
  return pieces.join(replace);
}
