import type { Bench, Part } from "../bench.ts";
import { inChat, type Chat, type Contestant } from "../contestant.ts";
import type { Job, Outcome } from "../load/job.ts";
import { median } from "../median.ts";
import type { Row } from "../row.ts";

/** What many regions cost the store they share. */
export const regions: Part = {
  runs: ({ rounds, regions: counts }) => 2 * rounds * counts.length,
  measure: (bench) =>
    inChat(bench, async (chat) => {
      const rows: Row[] = [];
      const running: Contestant[] = [];
      for (const count of bench.sizes.regions) {
        while (running.length < count) running.push(await chat.region(`r${running.length + 1}`));
        rows.push(...(await together(chat, running, bench)));
      }
      return rows;
    }),
};

/** So many regions, beside as many followers of the feed that only read it. */
async function together(chat: Chat, running: readonly Contestant[], bench: Bench): Promise<Row[]> {
  const count = running.length;
  const { store } = chat;
  const followed = `${store.url}/${await store.scratch(`followers-${count}`)}`;
  const [first] = running;
  const last = running.at(-1);
  if (first === undefined || last === undefined) return [];
  const ours = { dialect: "settee", postTo: [first.url], readFrom: [last.url], readers: 1 } as const;
  const bare = { dialect: "store", postTo: [followed], readFrom: [followed], readers: count } as const;
  const [settee = [], followers = []] = await bench.alternate([ours, bare], (side) =>
    bench.load(`regions: ${count}, ${side.dialect}`, { ...side, ...pace(bench, store.pid) }),
  );
  const cpu = `${count} on one store, ${bench.sizes.latencyPerSecond}/s: the store's CPU`;
  if (store.pid === undefined) bench.leftOut.push(`regions: ${cpu}`);
  const cpuRows: Row[] = [
    {
      part: "regions",
      name: cpu,
      unit: "cores",
      ours: median(settee.map(cores)),
      bare: { name: `${count} bare followers`, value: median(followers.map(cores)) },
      goal: { of: "ratio", is: "at most", limit: 1.1 },
    },
  ];
  return [
    ...(store.pid === undefined ? [] : cpuRows),
    {
      part: "regions",
      name: `${count} on one store: POST in the first → reader in the last, p50`,
      unit: "ms",
      ours: median(settee.map(({ delivery }) => delivery.p50Ms)),
      bare: { name: "PUT → row", value: median(followers.map(({ delivery }) => delivery.p50Ms)) },
    },
  ];
}

/** `pid`: of the store, if it is ours. */
function pace(
  { sizes }: Bench,
  pid: number | undefined,
): Pick<Job, "via" | "pace" | "warmMs" | "windowMs" | "pids"> {
  const { warmMs, regionsMs: windowMs, latencyPerSecond: perSecond } = sizes;
  const pids = pid === undefined ? [] : [pid];
  return { via: "stream", pace: { type: "steady", perSecond }, warmMs, windowMs, pids };
}

function cores({ cpuSeconds, windowMs }: Outcome): number {
  return ((cpuSeconds[0] ?? Number.NaN) / windowMs) * 1000;
}
