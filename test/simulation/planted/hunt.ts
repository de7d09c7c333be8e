import { runSeed } from "../run.ts";
import { drawSwarm, misfortunesOf } from "../swarm.ts";
import { judged, type Finding } from "./finding.ts";

/**
 * Runs seed after seed of the core that stands beside this file until one of them breaks a promise, and prints what
 * it found as one line of JSON. Arguments: the first seed, how many worlds, and what has to happen in each of them.
 */
const [from = "1", most = "1", ...weather] = process.argv.slice(2);
const WHOLE = { without: [] };

function hunt(): Finding {
  let tried = 0;
  for (let seed = Number(from); tried < Number(most); seed++) {
    const misfortunes: readonly string[] = misfortunesOf(drawSwarm(seed, WHOLE));
    if (!weather.every((name) => misfortunes.includes(name))) continue;
    tried++;
    const finding = judged(seed, tried, () => runSeed(seed, WHOLE).violations);
    if (finding !== undefined) return finding;
  }
  return { type: "unfound", seeds: tried };
}

process.stdout.write(`${JSON.stringify(hunt())}\n`);
