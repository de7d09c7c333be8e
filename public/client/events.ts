import type { WireMessage } from "../../sync/message.ts";
import type { Room } from "../../sync/names.ts";
import type { HistoryAnswer, RegionsAnswer, SyncAnswer } from "../../sync/wire.ts";
import type { Move } from "./failover.ts";
import type { Connection } from "./follower.ts";
import type { OutboxEntry } from "./outbox.ts";
import type { Session } from "./parse.ts";

/** What a client tells whoever listens to it. */
export type ClientEvent =
  /** What came from the region; with `reset`, in place of everything that came before in these rooms. */
  | { readonly type: "received"; readonly rooms: readonly Room[]; readonly answer: SyncAnswer }
  /** The newest page of a room that is followed from now on. */
  | { readonly type: "opened"; readonly room: Room; readonly page: HistoryAnswer }
  /** The answer to a POST: a message that may or may not have been received already. */
  | { readonly type: "answered"; readonly message: WireMessage }
  /** `isHeldUp`: they could have been posted, but no region took them. */
  | {
      readonly type: "outboxChanged";
      readonly entries: readonly OutboxEntry[];
      readonly isHeldUp: boolean;
    }
  | { readonly type: "connectionChanged"; readonly connection: Connection }
  | { readonly type: "sessionChanged"; readonly session: Session | undefined }
  | { readonly type: "nameRefused"; readonly reason: string }
  | { readonly type: "regionsChanged"; readonly regions: RegionsAnswer }
  /** Another region is asked from now on. Cursor, session and outbox have come along. */
  | ({ readonly type: "moved" } & Move);
