import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { parseFinding, type Finding } from "./finding.ts";
import { plant } from "./plant.ts";
import type { PlantedBug } from "./planted-bug.ts";

export interface Hunted {
  readonly bug: PlantedBug;
  readonly finding: Finding;
}

export interface HuntOptions {
  readonly from: number;
  /** Seeds tried before a bug counts as not found. */
  readonly seeds: number;
  /** Hunts at a time, each a process of its own. */
  readonly lanes: number;
  /** Ends every hunt. */
  readonly signal: AbortSignal;
  readonly onHunted: (hunted: Hunted) => void;
}

const HUNT = ".build/test/simulation/planted/hunt.js";
/** A hunt prints one line; what it says on its way down is cut here. */
const REASON_CHARACTERS = 500;
/** Three thousand worlds of the slowest kind on a busy machine; a core that hangs in one of them is found by this. */
const HUNT_MS = 20 * 60_000;

/** Plants each bug in a copy of the core of its own and lets the simulation look for it. In the order given. */
export async function huntAll(bugs: readonly PlantedBug[], options: HuntOptions): Promise<Hunted[]> {
  const all: Hunted[] = [];
  const waiting = bugs.entries();
  const lane = async (): Promise<void> => {
    for (const [place, bug] of waiting) {
      const hunted = { bug, finding: await huntOne(bug, options) };
      if (options.signal.aborted) return;
      all[place] = hunted;
      options.onHunted(hunted);
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
  // Without those that were broken off.
  return all.filter(Boolean);
}

async function huntOne(bug: PlantedBug, { from, seeds, signal }: HuntOptions): Promise<Finding> {
  const planted = await plant(bug);
  try {
    const complaint = await compile(planted.folder);
    if (complaint !== undefined) return { type: "failed", reason: complaint };
    return await hunt(planted.folder, { from, seeds, weather: bug.weather ?? [], signal });
  } finally {
    await planted.remove();
  }
}

/** What the compiler complains of, if it does. A bug need not be typed well, so types are not looked at. */
function compile(folder: string): Promise<string | undefined> {
  const compiler = join(folder, "node_modules/typescript/bin/tsc");
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, "-b", "--noCheck", "test"], { cwd: folder }, (error, said) => {
      resolve(error === null ? undefined : `it does not compile: ${said.slice(0, REASON_CHARACTERS)}`);
    });
  });
}

/** The simulation that stands compiled in this folder, in a process of its own. */
export function hunt(
  folder: string,
  {
    from,
    seeds,
    weather,
    signal,
  }: Pick<HuntOptions, "from" | "seeds" | "signal"> & { weather: readonly string[] },
): Promise<Finding> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, HUNT), String(from), String(seeds), ...weather], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      timeout: HUNT_MS,
    });
    let said = "";
    let complained = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complained = (complained + text).slice(-REASON_CHARACTERS);
    });
    child.on("error", (error) => resolve({ type: "failed", reason: error.message }));
    child.on("close", (code, ended) => {
      if (code === 0) resolve(parseFinding(said));
      else resolve({ type: "failed", reason: `it ended by ${ended ?? code}: ${complained}` });
    });
  });
}
