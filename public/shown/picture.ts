import type { WireMessage } from "../../sync/message.ts";
import type { Room } from "../../sync/names.ts";
import type { RegionsAnswer } from "../../sync/wire.ts";
import type { ConnectionWords } from "./connection-words.ts";
import type { Item, Line } from "./lines.ts";
import type { People } from "./people.ts";
import type { Agreed } from "./standing.ts";
import type { Older } from "./timeline.ts";

/** Everything a page shows. */
export interface Picture {
  readonly room: Room;
  /** The region this page talks to; undefined until it has said its name. */
  readonly region: string | undefined;
  readonly rooms: readonly RoomPicture[];
  readonly lines: readonly Line[];
  readonly items: readonly Item[];
  readonly connection: ConnectionWords;
  readonly older: Older;
  /** The end of what is shown is not the present. */
  readonly isPast: boolean;
  /** Messages of this room that nobody has looked at. */
  readonly unread: number;
  /** What came late and has not been in sight yet. */
  readonly late: readonly WireMessage[];
  readonly outbox: OutboxPicture;
  readonly regions: RegionsAnswer | undefined;
  readonly agreed: Agreed | undefined;
  readonly people: People;
}

interface RoomPicture {
  readonly room: Room;
  readonly unread: number;
}

interface OutboxPicture {
  /** Own messages that no region has yet. */
  readonly waiting: number;
  /** Somebody should know: they wait for a reason that does not pass in a moment. */
  readonly isTold: boolean;
}
