import { chanceOf, type Chance } from "../sync/chance.ts";

/** What may go wrong with a single request, answer or write: each time with the same small probability. */
export const LUCK = [
  /** A POST never arrives. */
  "lost-posts",
  /** A POST's answer never arrives. */
  "lost-answers",
  /** What got no answer is repeated in another region. */
  "elsewhere",
  /** A mid is used again with another text. */
  "reused-mids",
  /** A reader is cut off after bytes were written and before they were read. */
  "cut-readers",
  /** A reader comes with a cursor that is not ours, or not any more. */
  "odd-cursors",
  /** A reader does not take what it is sent. */
  "slow-readers",
  /** A request to the store never arrives. */
  "lost-requests",
  /** The store did what it was asked, and its answer never arrives. */
  "lost-results",
  /** The store takes its time, up to a minute. */
  "slow-store",
  /** 412, 429, 503: not now. */
  "busy-store",
  /** 500 for a whole request. */
  "failing-store",
  /** A write reaches one copy only, and says so. */
  "unconfirmed",
  /** The open feed breaks off after any byte. */
  "cut-feeds",
  /** A row on the feed is no JSON, or longer than a line may be. */
  "bad-rows",
  /** A bookmark is spoilt on its way, and refused. */
  "refused-since",
  /** A write to the disk fails: it may be there or not, and the file has to be opened anew. */
  "disk-errors",
] as const;

/** What happens now and then to a machine, a store, a person. Each has a length of time, drawn when it happens. */
export const DEEDS = [
  // People.
  "moves",
  "reloads",
  "sleepers",
  // Machines.
  "kills",
  "power-cuts",
  "pauses",
  "clock-steps",
  "full-disks",
  "old-copies",
  "clones",
  "lost-directories",
  "late-regions",
  "retirements",
  "goodbyes",
  // Between a region and the store.
  "outages",
  "half-open",
  "deaf-feeds",
  "failovers",
  // The store.
  "lockouts",
  "missing-database",
  "node-kills",
  "node-pauses",
  "splits",
  "restores",
  "node-restores",
  "recreations",
  "lost-documents",
  "compactions",
  "small-documents",
  "lasting-failures",
  // An admin.
  "deletions",
  "edits",
  "foreign-documents",
  "hostile-documents",
  "typed-messages",
  "conflicts",
] as const;

/** How the world is made. */
export const TRAITS = [
  /** Wall clocks are hours off, one is in the year 2100. */
  "skewed-clocks",
  /** People's clocks are years off. */
  "client-clocks",
  /** A region has no disk. */
  "diskless",
  /** A region follows by polling only. */
  "poll-only",
  /** A region runs a later version, which writes fields the others do not know. */
  "new-versions",
  /** Readers are told by a stream instead of long polls. */
  "streams",
  /** The store is a cluster of three nodes. */
  "cluster",
] as const;

export type Luck = (typeof LUCK)[number];
export type DeedName = (typeof DEEDS)[number];
export type Trait = (typeof TRAITS)[number];
export type Misfortune = Luck | DeedName | Trait;
export const MISFORTUNES: readonly Misfortune[] = [...LUCK, ...DEEDS, ...TRAITS];

export interface PlannedDeed {
  readonly name: DeedName;
  /** After the world began. */
  readonly afterMs: number;
  /** Where its own chance begins, so that leaving out one deed changes no other. */
  readonly seed: number;
}

/** One world as it is drawn: how big, for how long, and what goes wrong in it. */
export interface Swarm {
  readonly seed: number;
  readonly regions: number;
  readonly rooms: number;
  readonly authors: number;
  readonly messages: number;
  readonly readers: number;
  readonly stormMs: number;
  readonly luck: ReadonlyMap<Luck, number>;
  readonly deeds: readonly PlannedDeed[];
  readonly traits: ReadonlySet<Trait>;
}

/** What is taken off a drawn world to find the least that still fails. */
export interface Reduction {
  readonly without: readonly Misfortune[];
  /** Only the first so many deeds happen. */
  readonly steps?: number;
  readonly regions?: number;
  readonly authors?: number;
}

/** In a third of all worlds each misfortune is absent, so that each meets each other alone and together. */
const PRESENT: Readonly<Record<"luck" | "deed" | "trait", number>> = { luck: 0.35, deed: 0.16, trait: 0.25 };

/** Every misfortune draws from a chance of its own: taking one away leaves the others as they were. */
export function drawSwarm(seed: number, { without, steps, regions, authors }: Reduction): Swarm {
  const size = chanceOf(mix(seed, "size"));
  const stormMs = 25_000 + size.below(60_000);
  const drawn = {
    regions: 1 + Math.min(size.below(3) + size.below(3) + (size.happens(0.1) ? size.below(3) : 0), 6),
    rooms: 1 + size.below(3),
    authors: 2 + size.below(4),
    messages: 18 + size.below(26),
    readers: 1 + size.below(3),
  };
  const luck = new Map<Luck, number>();
  for (const name of LUCK) {
    const chance = chanceOf(mix(seed, name));
    if (chance.happens(PRESENT.luck) && !without.includes(name))
      luck.set(name, 0.01 + 0.14 * chance.fraction());
  }
  const deeds = DEEDS.flatMap((name) => (without.includes(name) ? [] : plan(seed, name, stormMs)));
  deeds.sort((one, other) => one.afterMs - other.afterMs);
  return {
    ...drawn,
    regions: regions ?? drawn.regions,
    authors: authors ?? drawn.authors,
    seed,
    stormMs,
    luck,
    deeds: deeds.slice(0, steps),
    traits: new Set(TRAITS.filter((name) => !without.includes(name) && has(seed, name))),
  };
}

/** What of a drawn world could be taken away. */
export function misfortunesOf({ luck, deeds, traits }: Swarm): Misfortune[] {
  return [...luck.keys(), ...new Set(deeds.map(({ name }) => name)), ...traits];
}

/** A chance of its own for whoever is called so. */
export function chanceFor(seed: number, name: string): Chance {
  return chanceOf(mix(seed, name));
}

function plan(seed: number, name: DeedName, stormMs: number): PlannedDeed[] {
  const chance = chanceOf(mix(seed, name));
  if (!chance.happens(PRESENT.deed)) return [];
  return Array.from({ length: 1 + chance.below(3) }, (_, index) => ({
    name,
    afterMs: 1_000 + chance.below(stormMs - 1_000),
    seed: mix(seed, `${name} ${index}`),
  }));
}

function has(seed: number, name: Trait): boolean {
  return chanceOf(mix(seed, name)).happens(PRESENT.trait);
}

/** FNV-1a over the name, from the seed. */
function mix(seed: number, name: string): number {
  let mixed = Math.imul(seed ^ 0x811c9dc5, 0x01000193);
  for (let place = 0; place < name.length; place++)
    mixed = Math.imul(mixed ^ name.charCodeAt(place), 0x01000193);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
