import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** Two servers of it, as far apart as two regions are: a message goes from one to the other through a Redis. */
export const PAIR = "socket.io with redis";
/** Other servers that people would take instead. */
export const PEERS = ["socket.io", "ws", "faye", "nchan", PAIR] as const;
export type PeerName = (typeof PEERS)[number];

/**
 * They are no packages of ours: whoever wants to compare them installs them elsewhere, as this folder's README says, and
 * names the directory in this variable.
 */
const DIRECTORY = "SETTEE_BENCH_PEERS";

export const NGINX = "nginx";
/** Where Debian has nginx's module. */
export const NCHAN = "/usr/lib/nginx/modules/ngx_nchan_module.so";
export const REDIS = "redis-server";

/** What has to be there for each. */
const NEEDS: Readonly<Record<PeerName, readonly ((directory: string) => Promise<boolean>)[]>> = {
  "socket.io": [hasPackage("socket.io")],
  ws: [hasPackage("ws")],
  faye: [hasPackage("faye")],
  nchan: [() => isThere(NCHAN), () => runs(NGINX)],
  [PAIR]: [
    hasPackage("socket.io"),
    hasPackage("@socket.io/redis-adapter"),
    hasPackage("redis"),
    () => runs(REDIS),
  ],
};

/** Where the packages are; undefined when nobody said so. */
export function peersDirectory(): string | undefined {
  return process.env[DIRECTORY];
}

/** Those that can be compared on this machine: none unless the directory is named. */
export async function presentPeers(): Promise<PeerName[]> {
  const directory = peersDirectory();
  if (directory === undefined) return [];
  const isPresent = await Promise.all(
    PEERS.map(async (name) => {
      const found = await Promise.all(NEEDS[name].map((has) => has(directory)));
      return found.every(Boolean);
    }),
  );
  return PEERS.filter((_, place) => isPresent[place]);
}

function hasPackage(name: string): (directory: string) => Promise<boolean> {
  return (directory) => isThere(join(directory, "node_modules", name));
}

function isThere(path: string): Promise<boolean> {
  return didWork(access(path));
}

function runs(program: string): Promise<boolean> {
  return didWork(promisify(execFile)(program, ["-v"]));
}

function didWork(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}
