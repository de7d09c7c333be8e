import type { WireMessage } from "../../sync/message.ts";
import type { Mid, Room } from "../../sync/names.ts";
import { makeMid } from "./names.ts";
import { changedPart } from "./order.ts";
import type { Outbox, OutboxEntry } from "./outbox.ts";
import type { Platform } from "./platform.ts";
import type { Sender } from "./sender.ts";
import type { Sessions } from "./sessions.ts";

/** A message of this person's: as a region told it, or as it still waits here. */
export type Mine = WireMessage | OutboxEntry;

/**
 * Says things, says them otherwise and takes them back. A change is posted in the session of what it changes and in no
 * other (CH1): so only while this client holds that session's token.
 */
export class Author {
  readonly #platform: Platform;
  readonly #outbox: Outbox;
  readonly #sessions: Sessions;
  readonly #sender: Sender;

  constructor(platform: Platform, outbox: Outbox, sessions: Sessions, sender: Sender) {
    this.#platform = platform;
    this.#outbox = outbox;
    this.#sessions = sessions;
    this.#sender = sender;
  }

  /** False when too many messages are waiting already, or nobody has signed in. */
  say(room: Room, text: string): boolean {
    const { name, session } = this.#sender;
    if (name === undefined) return false;
    return this.#add({ room, text, name, ...(session === undefined ? {} : { session }) });
  }

  mayChange(mine: Mine): boolean {
    if ("order" in mine) return mine.change === undefined && this.#holds(mine.sender.session);
    const waiting = this.#outbox.of(mine.mid);
    if (waiting === undefined || waiting.change !== undefined || waiting.state.type === "rejected")
      return false;
    const { session } = waiting;
    return this.#isUnposted(waiting) || session === undefined || this.#holds(session.session);
  }

  /** False when it may not be changed, or too many messages are waiting already. */
  edit(mine: Mine, text: string): boolean {
    if (!this.mayChange(mine)) return false;
    const { mid } = mine;
    this.#forget(mid, ({ state }) => state.type === "rejected");
    const last = this.#outbox.changesOf(mid).at(-1);
    const unposted = [this.#outbox.of(mid), last].find((one) => one !== undefined && this.#isUnposted(one));
    if (unposted === undefined || unposted.change?.type === "delete") return this.#change(mine, "edit", text);
    this.#outbox.reword(unposted.mid, text);
    return true;
  }

  /** The same. What no region has is only forgotten. */
  takeBack(mine: Mine): boolean {
    if (!this.mayChange(mine)) return false;
    const { mid } = mine;
    const waiting = this.#outbox.of(mid);
    if (waiting !== undefined && this.#isUnposted(waiting)) {
      this.#outbox.remove(mid);
      return true;
    }
    this.#forget(mid, (change) => change.state.type === "rejected" || this.#isUnposted(change));
    return this.#change(mine, "delete", "");
  }

  #change(mine: Mine, type: "edit" | "delete", text: string): boolean {
    const { room, mid } = mine;
    if (!("order" in mine)) {
      const { name, session } = mine;
      const change = { type, mid };
      return this.#add({ room, text, change, name, ...(session === undefined ? {} : { session }) });
    }
    const order = changedPart(mine.order);
    const session = this.#sessions.withId(mine.sender.session);
    if (order === undefined || session === undefined) return false;
    return this.#add({ room, text, change: { type, mid, order }, name: mine.sender.name, session });
  }

  #add(entry: Omit<OutboxEntry, "mid" | "at" | "state">): boolean {
    const at = this.#platform.now();
    const mid = makeMid(at, this.#platform.randomBytes(10));
    return this.#outbox.add({ ...entry, mid, at, state: { type: "waiting" } });
  }

  #forget(mid: Mid, isIdle: (change: OutboxEntry) => boolean): void {
    for (const change of this.#outbox.changesOf(mid).filter(isIdle)) this.#outbox.remove(change.mid);
  }

  /** No region can have it: only who posts what waits knows that for certain. */
  #isUnposted({ state }: OutboxEntry): boolean {
    return (
      this.#sender.hasTurn &&
      state.type === "waiting" &&
      state.wasPosted !== true &&
      state.wasAccepted !== true
    );
  }

  #holds(session: string): boolean {
    return this.#sessions.withId(session) !== undefined;
  }
}
