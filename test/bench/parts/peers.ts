import type { Bench, Part } from "../bench.ts";
import { at, inChat, type Chat, type Target } from "../contestant.ts";
import { faultOf, load } from "../load-process.ts";
import type { Job, Outcome } from "../load/job.ts";
import { median } from "../median.ts";
import { startPeer, WAYS } from "../peers/contestants.ts";
import { PAIR, PEERS, peersDirectory, presentPeers, type PeerName } from "../peers/present.ts";
import { isRunning } from "../processes.ts";
import type { Row } from "../row.ts";
import type { Sizes } from "../sizes.ts";
import { isLoadBound } from "./fanout.ts";

type Via = Job["via"];

const VIAS = ["poll", "stream"] as const;

/** Settee beside the servers that people would take instead, those that this machine has. */
export const peers: Part = {
  runs(sizes) {
    const ways = PEERS.flatMap((peer) => Object.keys(WAYS[peer]));
    const ours = 2 * VIAS.length;
    return peersDirectory() === undefined ? 0 : (ours + ways.length) * heats(sizes).length * sizes.rounds;
  },
  async measure(bench) {
    const present = await presentPeers();
    const alone = present.filter((peer) => peer !== PAIR);
    const paired = present.filter((peer) => peer === PAIR);
    return [
      ...(await beside(alone, { label: "", start: oneRegion }, bench)),
      ...(await beside(paired, { label: "two servers, ", start: twoRegions }, bench)),
    ];
  },
};

/** What of Settee is compared, and what its rows begin with. */
interface Ours {
  readonly label: string;
  readonly start: (chat: Chat) => Promise<Target>;
}

async function oneRegion(chat: Chat): Promise<Target> {
  return at(await chat.region("peers"));
}

/** Posted to in the one, read from in the other. Of no process at all when the store's is not known. */
async function twoRegions(chat: Chat): Promise<Target> {
  const from = await chat.region("from");
  const to = await chat.region("to");
  const { pid } = chat.store;
  const pids = pid === undefined ? [] : [from.pid, to.pid, pid];
  return { dialect: "settee", postTo: [from.url], readFrom: [to.url], pids };
}

async function beside(
  present: readonly PeerName[],
  { label, start }: Ours,
  bench: Bench,
): Promise<readonly Row[]> {
  if (present.length === 0) return [];
  return inChat(bench, async (chat) => {
    const settee = { name: "Settee", target: await start(chat) };
    const running = await Promise.all(present.map(async (name) => ({ name, ...(await startPeer(name)) })));
    try {
      const rows: Row[] = [];
      for (const via of VIAS) {
        const others = running.flatMap(({ name, target }) => {
          const called = WAYS[name][via];
          return called === undefined ? [] : { name: called, target };
        });
        rows.push(...(await race(label, via, [settee, ...others], bench)));
      }
      return rows;
    } finally {
      for (const peer of running) await peer.stop();
    }
  });
}

interface Racer {
  readonly name: string;
  readonly target: Target;
}

/** Settee comes first. */
async function race(
  label: string,
  via: Via,
  racers: readonly [Racer, ...Racer[]],
  bench: Bench,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const heat of heats(bench.sizes)) {
    const name = `${label}${via === "poll" ? "long poll" : "stream"}, ${heat.name}`;
    if (heat.isOfCpu && racers[0].target.pids.length === 0) bench.leftOut.push(`peers: ${name}`);
    else rows.push(...(await hold({ ...heat, name }, via, racers, bench)));
  }
  return rows;
}

interface Heat {
  readonly name: string;
  readonly unit: string;
  readonly load: Pick<Job, "readers" | "pace">;
  readonly figure: (outcome: Outcome) => number;
  /** Of all processes that carry a message. */
  readonly isOfCpu: boolean;
}

function heats({ readers, perSecond, fewReaders, inFlight }: Sizes): readonly Heat[] {
  return [
    {
      name: `${readers} readers × ${perSecond}/s: CPU`,
      unit: "s/M",
      load: { readers, pace: { type: "steady", perSecond } },
      figure: cpuOfMillion,
      isOfCpu: true,
    },
    {
      name: `${fewReaders} readers, ${inFlight} posts in flight: deliveries`,
      unit: "/s",
      load: { readers: fewReaders, pace: { type: "full", inFlight } },
      figure: perSecondOf,
      isOfCpu: false,
    },
  ];
}

/** One row for each peer, with the same figure of ours. */
async function hold(
  { name, unit, load: heat, figure }: Heat,
  via: Via,
  racers: readonly [Racer, ...Racer[]],
  bench: Bench,
): Promise<Row[]> {
  const { peerWarmMs: warmMs, peerWindowMs: windowMs } = bench.sizes;
  const [settee] = racers;
  const [ours = [], ...theirs] = await bench.alternate(racers, (racer) => {
    const job = { ...heat, ...racer.target, via, warmMs, windowMs };
    const called = `peers: ${name}, ${racer.name}`;
    return racer === settee ? bench.load(called, job) : runPeer(called, job, bench);
  });
  return racers.slice(1).flatMap((peer, place) => {
    const outcomes = defined(theirs[place] ?? []);
    if (outcomes.length < bench.sizes.rounds) return [];
    return {
      part: "peers",
      name,
      unit,
      ours: median(defined(ours).map(figure)),
      bare: { name: peer.name, value: median(outcomes.map(figure)) },
      isLoadBound: isLoadBound(outcomes),
    };
  });
}

/** A peer that loses messages, or ends, makes only its own figure worthless: undefined, and it is told which. */
export async function runPeer(called: string, job: Job, bench: Bench): Promise<Outcome | undefined> {
  const leaveOut = (why: string): undefined => {
    const told = `${called}: ${why}`;
    if (!bench.leftOut.includes(told)) bench.leftOut.push(told);
  };
  if (!job.pids.every(isRunning)) return leaveOut("it ended");
  const found = await bench.run(called, () => load(job).catch((error: unknown) => String(error)));
  if (typeof found === "string") return leaveOut("it ended");
  const fault = faultOf(found);
  return fault === undefined ? found : leaveOut(fault);
}

function defined<T>(all: readonly (T | undefined)[]): T[] {
  return all.filter((one) => one !== undefined);
}

function cpuOfMillion({ cpuSeconds, delivered }: Outcome): number {
  return (cpuSeconds.reduce((sum, seconds) => sum + seconds, 0) / delivered) * 1e6;
}

function perSecondOf({ delivered, windowMs }: Outcome): number {
  return (delivered / windowMs) * 1000;
}
