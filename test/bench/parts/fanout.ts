import type { Bench, Part } from "../bench.ts";
import { at, inChat, startBare, type BareKind, type Contestant } from "../contestant.ts";
import type { Job, Outcome } from "../load/job.ts";
import { median } from "../median.ts";
import type { Goal, Row } from "../row.ts";

type Via = Job["via"];

/** One race: the load, who runs beside Settee, and what is read off. */
interface Race {
  readonly via: Via;
  readonly beside: BareKind;
  readonly name: string;
  readonly job: Pick<Job, "readers" | "pace">;
  readonly readings: readonly Reading[];
}

interface Reading {
  readonly name: string;
  readonly unit: string;
  readonly of: (outcome: Outcome) => number;
  readonly goal: Goal;
}

/** From one server to many readers. */
export const fanout: Part = {
  runs: (sizes) => races(sizes).length * 2 * sizes.rounds,
  measure: (bench) =>
    inChat(bench, async (chat) => {
      const settee = await chat.region("fanout");
      const rows: Row[] = [];
      for (const race of races(bench.sizes)) rows.push(...(await hold(race, settee, bench)));
      return rows;
    }),
};

function races({ readers, perSecond, crowd, fewReaders, inFlight }: Bench["sizes"]): Race[] {
  const steady = { type: "steady", perSecond } as const;
  const full = { type: "full", inFlight } as const;
  return (["poll", "stream"] as const).flatMap((via): Race[] => {
    const kind = via === "poll" ? "long-poll" : "stream";
    const batching: BareKind = [kind, "batching"];
    const name = via === "poll" ? "long poll" : "SSE";
    const many = `${name}, ${readers} readers × ${perSecond}/s`;
    const crowded = `${name}, ${crowd} readers × ${perSecond}/s`;
    const flatOut = `${name}, ${fewReaders} readers, ${inFlight} posts in flight`;
    const all: Race[] = [
      { via, beside: [kind], name: many, job: { readers, pace: steady }, readings: [CPU] },
      { via, beside: batching, name: crowded, job: { readers: crowd, pace: steady }, readings: CROWD[via] },
      { via, beside: batching, name: flatOut, job: { readers: fewReaders, pace: full }, readings: RATE[via] },
    ];
    return all.filter(({ job }) => job.readers > 0);
  });
}

const CPU: Reading = {
  name: "CPU",
  unit: "s/M",
  of: ({ cpuSeconds, delivered }) => ((cpuSeconds[0] ?? Number.NaN) / delivered) * 1e6,
  goal: { of: "ratio", is: "at most", limit: 1.15 },
};

const p50 = (limit: number): Reading => ({
  name: "p50",
  unit: "ms",
  of: ({ delivery }) => delivery.p50Ms,
  goal: { of: "value", is: "at most", limit },
});
const p99 = (limit: number): Reading => ({
  ...p50(limit),
  name: "p99",
  of: ({ delivery }) => delivery.p99Ms,
});

/** The same, as a ratio: what it takes depends on how fast a machine is. */
const again = (reading: Reading, limit: number): Reading => ({
  ...reading,
  name: `${reading.name} again`,
  goal: { of: "ratio", is: "at most", limit },
});

/** Where the goals for streams were set, a bare batching server took 68 and 157 ms. */
const CROWD: Record<Via, readonly Reading[]> = {
  poll: [p50(200), p99(550)],
  stream: [p50(80), again(p50(80), 1.18), p99(200), again(p99(200), 1.27)],
};

const rate = (limit: number): Reading => ({
  name: "deliveries",
  unit: "/s",
  of: ({ delivered, windowMs }) => (delivered / windowMs) * 1000,
  goal: { of: "ratio", is: "at least", limit },
});
/** For the long poll nchan's rate is asked for: 1.05 M/s, where the bare batching server gave 1.2 M/s. */
const RATE: Record<Via, readonly Reading[]> = { poll: [rate(0.875)], stream: [rate(0.8)] };

async function hold(race: Race, settee: Contestant, bench: Bench): Promise<Row[]> {
  const bare = await startBare(race.beside);
  const { warmMs, windowMs } = bench.sizes;
  const run = (contestant: Contestant): Promise<Outcome> => {
    const job = { ...race.job, ...at(contestant), via: race.via, warmMs, windowMs };
    return bench.load(`fanout: ${race.name}, ${contestant.name}`, job);
  };
  const [ours = [], theirs = []] = await bench.alternate([settee, bare], run);
  await bare.stop();
  return race.readings.map(({ name, unit, of, goal }) => ({
    part: "fanout",
    name: `${race.name}: ${name}`,
    unit,
    ours: median(ours.map(of)),
    bare: { name: bare.name, value: median(theirs.map(of)) },
    goal,
    isLoadBound: isLoadBound(ours),
  }));
}

/** A core that is busy for nine tenths of the time keeps others waiting. */
const BUSY_CORES = 0.9;

export function isLoadBound(outcomes: readonly Outcome[]): boolean {
  return median(outcomes.map(({ loadCores }) => loadCores)) >= BUSY_CORES;
}
