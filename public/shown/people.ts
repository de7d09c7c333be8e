import type { Room } from "../../sync/names.ts";
import type { RegionsAnswer, RegionView } from "../../sync/wire.ts";

/** Who reads a room, as the regions told last. */
export interface People {
  readonly here: readonly Person[];
  /** Regions of which nobody can say who is there: an absence that is not known is none. */
  readonly unknown: readonly string[];
}

interface Person {
  readonly name: string;
  readonly regions: readonly string[];
  readonly isSelf: boolean;
}

/**
 * What the clock of a region said when it told of somebody for the first time in a row, by `keyOf`. As many as the
 * regions told of last.
 */
export type FirstTold = ReadonlyMap<string, number>;

export interface Presence {
  readonly room: Room;
  /** Undefined until ours has answered. */
  readonly regions: RegionsAnswer | undefined;
  readonly firstTold: FirstTold;
  /** Whether our region answers now. */
  readonly isLive: boolean;
  /** Who looks at this page, and where: known before any beacon tells it. */
  readonly name: string | undefined;
  readonly region: string | undefined;
}

export function peopleOf(presence: Presence): People {
  const { regions, isLive, name: self, region: where } = presence;
  const byName = new Map<string, Set<string>>();
  const put = (name: string, region: string): void => {
    byName.set(name, (byName.get(name) ?? new Set()).add(region));
  };
  if (isLive && self !== undefined && where !== undefined) put(self, where);
  const running = regions?.regions.filter(({ state }) => state !== "retired") ?? [];
  const isStoreThere = regions !== undefined && ["live", "polling"].includes(regions.store.state);
  const isKnown = ({ state, here }: RegionView): boolean =>
    isLive && here !== undefined && (state === "here" || (state === "live" && isStoreThere));
  for (const [name, region] of present(running.filter(isKnown), presence)) put(name, region);
  return {
    here: Array.from(byName, ([name, theirs]) => ({
      name,
      regions: [...theirs].toSorted(),
      isSelf: name === self,
    })).toSorted((one, other) => one.name.localeCompare(other.name)),
    unknown: running.filter((region) => !isKnown(region)).map(({ name }) => name),
  };
}

/** To be kept up with every answer. */
export function firstTold(before: FirstTold, { regions }: RegionsAnswer): FirstTold {
  const told = new Map<string, number>();
  for (const view of regions) {
    for (const { room, names } of view.here ?? []) {
      for (const name of names) {
        const key = keyOf(view, room, name);
        told.set(key, before.get(key) ?? view.at);
      }
    }
  }
  return told;
}

/**
 * Names with their regions. Who came to one after another one told of them last has gone from there, or that has died:
 * whoever really reads in both is told of by both again within a minute.
 */
function present(views: readonly RegionView[], { room, firstTold: since }: Presence): [string, string][] {
  const came = new Map<string, number>();
  const listed = views.flatMap((view) => {
    const names = view.here?.find((one) => one.room === room)?.names ?? [];
    return names.map((name) => ({ name, view, cameAt: since.get(keyOf(view, room, name)) ?? 0 }));
  });
  for (const { name, cameAt } of listed) came.set(name, Math.max(came.get(name) ?? 0, cameAt));
  return listed
    .filter(({ name, view: { state, at } }) => state === "here" || at >= (came.get(name) ?? 0))
    .map(({ name, view }) => [name, view.name]);
}

/** None of these holds a line break. */
function keyOf({ origin }: RegionView, room: Room, name: string): string {
  return [origin, room, name].join("\n");
}
