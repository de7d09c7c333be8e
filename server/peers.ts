import type { RegionsAnswer } from "../sync/wire.ts";

/** A host as it may stand in a policy, where a semicolon would begin something else. */
const ORIGIN = /^https?:\/\/[\w.:[\]-]+$/;
/** More regions than this are not told to a page: its policy is a header, and headers are short. */
const PEERS = 50;

/**
 * The origins of the other regions. A page whose own region is gone goes on with another one, with the same token: so
 * it may connect to them, and theirs to us. Whoever writes beacons signs tokens that we accept; this is no more.
 */
export function peersOf({ regions }: RegionsAnswer): readonly string[] {
  return regions
    .filter(({ state, url }) => state !== "here" && state !== "retired" && URL.canParse(url))
    .map(({ url }) => new URL(url).origin)
    .filter((origin) => ORIGIN.test(origin))
    .slice(0, PEERS);
}
