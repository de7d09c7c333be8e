import { BUGS_OF_FOLLOWING } from "./bugs-of-following.ts";
import { BUGS_OF_POSTING } from "./bugs-of-posting.ts";
import { BUGS_OF_READING } from "./bugs-of-reading.ts";
import { BUGS_OF_SENDING } from "./bugs-of-sending.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** Every one of them must be found. */
export const BUGS: readonly PlantedBug[] = [
  ...BUGS_OF_POSTING,
  ...BUGS_OF_SENDING,
  ...BUGS_OF_FOLLOWING,
  ...BUGS_OF_READING,
];
