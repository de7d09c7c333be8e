import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Other servers that people would take instead. They are no packages of ours: whoever wants them installs them. */
const PACKAGES = ["socket.io", "faye", "ws"];
const PROGRAMS = ["nginx", "redis-server"];

/** Those that this machine does not have. */
export async function absentPeers(): Promise<string[]> {
  const packages = await Promise.all(PACKAGES.map(async (name) => ((await hasPackage(name)) ? [] : [name])));
  const programs = await Promise.all(PROGRAMS.map(async (name) => ((await hasProgram(name)) ? [] : [name])));
  return [...packages, ...programs].flat();
}

function hasPackage(name: string): Promise<boolean> {
  return import(name).then(
    () => true,
    () => false,
  );
}

function hasProgram(name: string): Promise<boolean> {
  return promisify(execFile)("which", [name]).then(
    () => true,
    () => false,
  );
}
