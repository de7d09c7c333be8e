import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

/** Other servers that people would take instead. */
export const PEERS = ["socket.io", "ws", "nchan"] as const;
export type PeerName = (typeof PEERS)[number];

/**
 * They are no packages of ours: whoever wants to compare them installs them elsewhere, with `npm install --prefix
 * <directory> socket.io ws` and `apt-get install nginx libnginx-mod-nchan`, and names the directory in this variable.
 */
const DIRECTORY = "SETTEE_BENCH_PEERS";

export const NGINX = "nginx";
/** Where Debian has nginx's module. */
export const NCHAN = "/usr/lib/nginx/modules/ngx_nchan_module.so";

/** Where the packages are; undefined when nobody said so. */
export function peersDirectory(): string | undefined {
  return process.env[DIRECTORY];
}

/** Those that can be compared on this machine: none unless the directory is named. */
export async function presentPeers(): Promise<PeerName[]> {
  const directory = peersDirectory();
  if (directory === undefined) return [];
  const packages = await list(join(directory, "node_modules"));
  const modules = await list(dirname(NCHAN));
  const hasNchan = modules.includes(basename(NCHAN)) && (await hasNginx());
  return PEERS.filter((name) => (name === "nchan" ? hasNchan : packages.includes(name)));
}

async function list(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

function hasNginx(): Promise<boolean> {
  return promisify(execFile)(NGINX, ["-v"]).then(
    () => true,
    () => false,
  );
}
