import type { WireMessage } from "../../sync/message.ts";
import { orderParts, ownKey } from "../../sync/names.ts";
import { decodeStamp } from "../../sync/stamp.ts";
import { authorshipOf, type Authorship } from "./authorship.ts";
import type { Final, History } from "./history.ts";
import { turnsOf, type Turn } from "./turns.ts";
import { ofMessages, type Violation } from "./violation.ts";

/** An order key further ahead of a region's clock than this is of a broken clock, and is not followed (R11). */
const CLOCK_AHEAD_MS = 24 * 60 * 60 * 1000;

/**
 * I3: what one session says keeps its order, everywhere, and an answer sorts after what it answers. It is judged as
 * far as a region could know: its author said what it had seen, or asked the same region again. Histories are lists
 * in the order of their keys (I4), so it is enough that no key is too low; of a change, which stands beside what it
 * changes, its own.
 */
export function disordered(history: History): Violation[] {
  const turns = turnsOf(history);
  const byAuthor = new Map(turns.map((turn) => [turn.author, turn]));
  const answered = turns.filter((turn) => isTooLow(turn.acknowledged, turn));
  return [
    ...ofMessages(
      "I3",
      answered.map(({ acknowledged }) => acknowledged),
      "acknowledged under an order key that is not above what their author had seen.",
    ),
    ...history.finals.flatMap((final) => judgeFinal(final, byAuthor)),
  ];
}

function judgeFinal({ region, room, messages }: Final, byAuthor: ReadonlyMap<Authorship, Turn>): Violation[] {
  const tooLow = messages.filter((message) => isTooLow(message, byAuthor.get(authorshipOf(message))));
  return ofMessages("I3", tooLow, `shown by ${region} in ${room} above what their author had seen.`);
}

/** Who has seen an order key of a broken clock says so and nothing else: what was seen besides cannot be followed. */
function isTooLow({ order, at }: WireMessage, turn: Turn | undefined): boolean {
  if (turn === undefined || turn.newest === "" || ownKey(order) > turn.floor) return false;
  return decodeStamp(orderParts(turn.newest).stamp).ms <= at + CLOCK_AHEAD_MS;
}
