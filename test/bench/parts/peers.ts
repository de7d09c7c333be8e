import type { Bench, Part } from "../bench.ts";
import { at, inChat, type Contestant } from "../contestant.ts";
import type { Job, Outcome } from "../load/job.ts";
import { median } from "../median.ts";
import { startPeer, WAYS } from "../peers/contestants.ts";
import { PEERS, peersDirectory, presentPeers } from "../peers/present.ts";
import type { Row } from "../row.ts";
import { isLoadBound } from "./fanout.ts";

/** Settee beside the servers that people would take instead, those that this machine has. */
export const peers: Part = {
  runs({ rounds }) {
    const ways = PEERS.flatMap((peer) => Object.keys(WAYS[peer]));
    return peersDirectory() === undefined ? 0 : 2 * (2 + ways.length) * rounds;
  },
  async measure(bench) {
    const present = await presentPeers();
    if (present.length === 0) return [];
    return inChat(bench, async (chat) => {
      const settee = await chat.region("peers");
      const others = await Promise.all(present.map(async (peer) => ({ peer, ...(await startPeer(peer)) })));
      try {
        const rows: Row[] = [];
        for (const via of ["poll", "stream"] as const) {
          const beside = others.flatMap((other) => {
            const name = WAYS[other.peer][via];
            return name === undefined ? [] : { ...other, name };
          });
          rows.push(...(await race(via, settee, beside, bench)));
        }
        return rows;
      } finally {
        for (const other of others) await other.stop();
      }
    });
  },
};

async function race(
  via: Job["via"],
  settee: Contestant,
  beside: readonly Contestant[],
  bench: Bench,
): Promise<Row[]> {
  const { readers, perSecond, fewReaders, inFlight, warmMs, windowMs } = bench.sizes;
  const what = via === "poll" ? "long poll" : "stream";
  const steady = `${what}, ${readers} readers × ${perSecond}/s`;
  const flatOut = `${what}, ${fewReaders} readers, ${inFlight} posts in flight`;
  const whole = { via, warmMs, windowMs };
  const hold = (name: string, load: Pick<Job, "readers" | "pace">) =>
    bench.alternate([settee, ...beside], (contestant) =>
      bench.load(`peers: ${name}, ${contestant.name}`, { ...load, ...whole, ...at(contestant) }),
    );
  const paced = await hold(steady, { readers, pace: { type: "steady", perSecond } });
  const fast = await hold(flatOut, { readers: fewReaders, pace: { type: "full", inFlight } });
  return [
    ...rowsOf(`${steady}: CPU`, "s/M", beside, paced, cpuOfMillion),
    ...rowsOf(`${flatOut}: deliveries`, "/s", beside, fast, perSecondOf),
  ];
}

/** One row for each peer, with the same figure of ours. */
function rowsOf(
  name: string,
  unit: string,
  beside: readonly Contestant[],
  [ours = [], ...theirs]: readonly (readonly Outcome[])[],
  figure: (outcome: Outcome) => number,
): Row[] {
  return beside.map((peer, place) => ({
    part: "peers",
    name,
    unit,
    ours: median(ours.map(figure)),
    bare: { name: peer.name, value: median((theirs[place] ?? []).map(figure)) },
    isLoadBound: isLoadBound(theirs[place] ?? []),
  }));
}

function cpuOfMillion({ cpuSeconds: [seconds = Number.NaN], delivered }: Outcome): number {
  return (seconds / delivered) * 1e6;
}

function perSecondOf({ delivered, windowMs }: Outcome): number {
  return (delivered / windowMs) * 1000;
}
