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

export interface Presence {
  readonly room: Room;
  /** Undefined until ours has answered. */
  readonly regions: RegionsAnswer | undefined;
  /** Whether our region answers now. */
  readonly isLive: boolean;
  /** Who looks at this page, and where: known before any beacon tells it. */
  readonly name: string | undefined;
  readonly region: string | undefined;
}

export function peopleOf({ room, regions, isLive, name: self, region: where }: Presence): People {
  const byName = new Map<string, Set<string>>();
  const put = (name: string, region: string): void => {
    byName.set(name, (byName.get(name) ?? new Set()).add(region));
  };
  if (isLive && self !== undefined && where !== undefined) put(self, where);
  const running = regions?.regions.filter(({ state }) => state !== "retired") ?? [];
  const isStoreThere = regions !== undefined && ["live", "polling"].includes(regions.store.state);
  const isKnown = ({ state, here }: RegionView): boolean =>
    isLive && here !== undefined && (state === "here" || (state === "live" && isStoreThere));
  for (const region of running.filter(isKnown)) {
    const names = region.here?.find((one) => one.room === room)?.names ?? [];
    for (const name of names) put(name, region.name);
  }
  return {
    here: Array.from(byName, ([name, theirs]) => ({
      name,
      regions: [...theirs].toSorted(),
      isSelf: name === self,
    })).toSorted((one, other) => one.name.localeCompare(other.name)),
    unknown: running.filter((region) => !isKnown(region)).map(({ name }) => name),
  };
}
