import type { Reduction } from "./swarm.ts";

/** A world that once failed, and is run with every test for ever. */
export interface KeptSeed {
  readonly name: string;
  readonly seed: number;
  readonly reduction: Reduction;
}

/**
 * Seeds that found something, by what it was. What a seed draws changes with the list of misfortunes; what was found
 * has a test of its own in `test/sync` besides.
 */
export const KEPT_SEEDS: readonly KeptSeed[] = [
  {
    name: "a region that joined late forgot its own mids, and a repeat became a second message",
    seed: 2,
    reduction: { without: [] },
  },
  {
    name: "a reader that came before the joining was handed a bookmark from behind it and skipped the gap",
    seed: 27,
    reduction: { without: [] },
  },
  {
    name: "a reader that saw a message hidden and revealed again was not told of the second",
    seed: 48,
    reduction: { without: [] },
  },
  {
    name: "a store that was put back lay about what stood there before a beacon was written over it",
    seed: 182,
    reduction: { without: [] },
  },
  {
    name: "a rejected message stayed on the screen of whoever had moved on to another region",
    seed: 93,
    reduction: { without: [] },
  },
  {
    name: "a hole between the slots of two lives of one directory was read as an empty range and given up",
    seed: 166,
    reduction: { without: [] },
  },
  {
    name: "a page read from a copy that lagged behind, just after joining, was never completed",
    seed: 45,
    reduction: { without: [] },
  },
  {
    name: "a twin repeated in another region stayed on the screen where both were seen",
    seed: 50,
    reduction: { without: [] },
  },
  {
    name: "who moved to a region that joined later was never told what had been deleted before",
    seed: 735,
    reduction: { without: [] },
  },
  {
    name: "a message that the store refused to take back was never called stored again where it was held",
    seed: 306,
    reduction: { without: [] },
  },
  {
    name: "two copies of one directory took the same slots, and readers took the one's messages for the other's",
    seed: 870,
    reduction: { without: [] },
  },
  {
    name: "a row that could not be read was forgotten when its region was killed",
    seed: 422,
    reduction: { without: [] },
  },
  {
    name: "a message that was refused and came back with an old copy of its region stayed off the page",
    seed: 4884,
    reduction: { without: [] },
  },
  {
    name: "who asked from elsewhere just after a message was refused was never told",
    seed: 2279,
    reduction: { without: [] },
  },
  {
    name: "a region put back to an older copy wrote below what its readers had seen",
    seed: 2289,
    reduction: { without: [] },
  },
  {
    name: "pages read before joining made a region take a store that lagged behind for a whole one",
    seed: 100,
    reduction: { without: [] },
  },
  {
    name: "a rejected message came back from a disk that did not know that it was rejected",
    seed: 3442,
    reduction: { without: [] },
  },
  {
    name: "a reader that started over without the store was handed an empty room as a whole one",
    seed: 2443,
    reduction: { without: [] },
  },
  {
    name: "a clock that jumped kept a region from looking for a row that it could not read",
    seed: 632,
    reduction: { without: [] },
  },
  {
    name: "a message that another life's displaced was lost with the origin that both wrote as",
    seed: 2790,
    reduction: { without: [] },
  },
  {
    name: "what was stored just before a region joined, and no beacon counted yet, was missing there",
    seed: 9142,
    reduction: { without: [] },
  },
  {
    name: "a message that an admin deleted stood again",
    seed: 7990,
    reduction: { without: [] },
  },
  {
    name: "an old copy of a directory on a store that was put back showed less than the store has",
    seed: 8598,
    reduction: { without: [] },
  },
  {
    name: "readers were told of a deletion that a power cut took from the disk, and a new database from the store",
    seed: 9642,
    reduction: { without: [] },
  },
  {
    name: "who had seen more than a region that was restarted missed what two lives wrote to one slot",
    seed: 4534,
    reduction: { without: [] },
  },
  {
    name: "an old copy of a directory forgot at its joining what it had read of its own former life",
    seed: 30944,
    reduction: { without: [] },
  },
  {
    name: "a region that had not joined yet showed for ten minutes what was deleted meanwhile, for it was its own",
    seed: 30870,
    reduction: { without: [] },
  },
  {
    name: "a row that could not be read told of a deletion, and nobody asked for ten minutes",
    seed: 31585,
    reduction: { without: [] },
  },
  {
    name: "a late copy of a write undid a deletion, and the copies that knew better hid it from the region that looked",
    seed: 3070,
    reduction: { without: [] },
  },
  {
    name: "who had been shown the one of two copies that the store refused was not told the other one after a restart",
    seed: 7266,
    reduction: { without: [] },
  },
  {
    name: "an old copy of a directory that met a slot of its later life kept a bookmark of a store that was put back since",
    seed: 40600,
    reduction: { without: [] },
  },
];
