import type { Bench, Part } from "../bench.ts";
import { at, inChat, startBare, type Chat, type Contestant } from "../contestant.ts";
import type { Outcome } from "../load/job.ts";
import { median } from "../median.ts";
import type { Row } from "../row.ts";
import { sustained } from "./sustained.ts";

/** How much can be said. */
export const ingest: Part = {
  runs: ({ rounds }) => 4 * rounds,
  async measure(bench) {
    return [...(await inChat(bench, (chat) => accepted(chat, bench))), ...(await sustained(bench))];
  },
};

/** Posts acknowledged by one region, on its disk, beside a server that parses JSON and answers. */
async function accepted(chat: Chat, bench: Bench): Promise<Row[]> {
  const { posters: inFlight, warmMs, windowMs } = bench.sizes;
  const region = await chat.region("ingest");
  const sink = await startBare(["stream"]);
  const run = (contestant: Contestant): Promise<Outcome> =>
    bench.load(`ingest: ${inFlight} connections post, ${contestant.name}`, {
      ...at(contestant),
      via: "stream",
      readers: 1,
      warmMs,
      windowMs,
      pace: { type: "full", inFlight },
    });
  const [ours = [], theirs = []] = await bench.alternate([region, sink], run);
  await sink.stop();
  return [
    {
      part: "ingest",
      name: `posts accepted, on disk, ${inFlight} connections`,
      unit: "/s",
      ours: median(ours.map(perSecond)),
      bare: { name: "JSON sink", value: median(theirs.map(perSecond)) },
      goal: { of: "ratio", is: "at least", limit: 0.8 },
    },
  ];
}

function perSecond({ posted, windowMs }: Outcome): number {
  return (posted / windowMs) * 1000;
}
