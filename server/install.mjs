/**
 * Makes a fresh clone ready: installs the packages of the lock file when they are missing or the lock file has
 * changed, and compiles. Plain JavaScript, because nothing else runs before the packages are there.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = `${root}node_modules/.settee-lock`;
const lock = createHash("sha256")
  .update(readFileSync(`${root}package-lock.json`))
  .digest("hex");
const installed = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";

if (installed !== lock) {
  console.log("Installing packages (once for each lock file) …");
  // Not `npm ci`: it refuses a lock file without the optional packages of machines that the registry in use does
  // not serve. `--no-save` keeps to the lock file and leaves it alone. No package needs its install script: native
  // parts come prebuilt inside the packages.
  const options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  run("npm", ["install", ...options], "Is the npm registry reachable?");
  mkdirSync(`${root}node_modules`, { recursive: true });
  writeFileSync(stamp, lock);
}
// Which folders: all of them when none is named.
run(
  process.execPath,
  [`${root}node_modules/typescript/bin/tsc`, "-b", ...process.argv.slice(2)],
  "The sources do not compile.",
);
// The compiler leaves what it made of sources that are gone: a test of them would still run.
for (const file of readdirSync(`${root}.build`, { recursive: true, encoding: "utf8" })) {
  const source = `${root}${file.replace(/\.js$/, "")}`;
  if (file.endsWith(".js") && !existsSync(`${source}.ts`) && !existsSync(`${source}.tsx`))
    rmSync(`${root}.build/${file}`);
}

function run(command, args, remedy) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  console.error(`${command} ${args[0]} failed${error === undefined ? "" : `: ${error.message}`}. ${remedy}`);
  process.exit(1);
}
