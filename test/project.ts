import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the project, seen from the sources or from what is compiled of them. */
export const PROJECT = projectAbove(dirname(fileURLToPath(import.meta.url)));

/** What is compiled, as `npm start` runs it. */
export const BUILT = join(PROJECT, ".build");

/** A module of the page, by the path at which a region serves it, like `/page/main.js`. */
export function pageModule(path: string): string {
  return readFileSync(join(BUILT, path.replace("/page", "public")), "utf8");
}

function projectAbove(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : projectAbove(dirname(folder));
}
