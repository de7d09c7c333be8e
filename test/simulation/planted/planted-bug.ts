import type { PromiseId } from "../../checkers/violation.ts";
import type { Misfortune } from "../swarm.ts";

/** A mistake that somebody could make in the core, and what it breaks. */
export interface PlantedBug {
  /** What the region does, in the words of a review. */
  readonly name: string;
  /** The promise it breaks. The checkers of others may find it first: who loses a message shows it nowhere, too. */
  readonly promise: PromiseId;
  /** A file of the core. */
  readonly file: string;
  /** Occurs in that file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** It can do harm only where all of these happen: other worlds are passed over in the hunt, and not counted. */
  readonly weather?: readonly Misfortune[];
}
