import type { Hunted } from "./run.ts";

/** How many of the bugs were found. */
export function foundOf(all: readonly Hunted[]): number {
  return all.filter(({ finding }) => finding.type === "found").length;
}

/** One line for each bug: its promise, how many seeds it took, by which promises it was found, and its name. */
export function plantedTable(all: readonly Hunted[]): string {
  const lines = all.map(({ bug: { name, promise }, finding }) => {
    switch (finding.type) {
      case "found":
        return `${promise.padEnd(4)} ${String(finding.seeds).padStart(6)}  ${finding.promises.join(" ").padEnd(20)} ${name}`;
      case "unfound":
        return `${promise.padEnd(4)} ${"–".padStart(6)}  ${`not in ${finding.seeds}`.padEnd(20)} ${name}`;
      case "failed":
        return `${promise.padEnd(4)} ${"–".padStart(6)}  ${"the hunt failed".padEnd(20)} ${name}: ${finding.reason}`;
    }
  });
  const head = `${"".padEnd(4)} ${"seeds".padStart(6)}  ${"found by".padEnd(20)} planted bug`;
  return `${[head, ...lines, `${foundOf(all)} of ${all.length} planted bugs found`].join("\n")}\n`;
}
