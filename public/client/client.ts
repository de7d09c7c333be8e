import type { WireMessage } from "../../sync/message.ts";
import type { Mid, OrderKey, Room } from "../../sync/names.ts";
import type { HistoryAnswer, ReaderEvent, RegionsAnswer, SyncAnswer } from "../../sync/wire.ts";
import { Api, type Answer } from "./api.ts";
import { Follower, type Connection } from "./follower.ts";
import { makeMid } from "./names.ts";
import { ownPart } from "./order.ts";
import { Outbox, type OutboxEntry } from "./outbox.ts";
import type { Session } from "./parse.ts";
import type { Platform } from "./platform.ts";
import { RegionsWatch } from "./regions-watch.ts";
import { Sender } from "./sender.ts";

export type ClientEvent =
  /** What came from the region; with `reset`, in place of everything that came before. */
  | { readonly type: "received"; readonly answer: SyncAnswer }
  /** The answer to a POST: a message that may or may not have been received already. */
  | { readonly type: "answered"; readonly message: WireMessage }
  | { readonly type: "outboxChanged"; readonly entries: readonly OutboxEntry[] }
  | { readonly type: "connectionChanged"; readonly connection: Connection }
  | { readonly type: "sessionChanged"; readonly session: Session | undefined }
  | { readonly type: "nameRefused"; readonly reason: string }
  | { readonly type: "regionsChanged"; readonly regions: RegionsAnswer };

export interface ClientOptions {
  readonly platform: Platform;
  /** The region's address without a slash at its end; empty for the one that served the page. */
  readonly base: string;
  readonly listen: (event: ClientEvent) => void;
}

/** More sessions than this in one life of a page are not a person's. The oldest are forgotten. */
const SESSIONS_LIMIT = 100;

/**
 * One author and reader in one region: posts in order, follows a room, and repeats what was lost on the way, so
 * that nothing is lost and nothing is there twice. Knows nothing of a page; runs in browsers and in Node.
 */
export class Client {
  readonly #platform: Platform;
  readonly #listen: (event: ClientEvent) => void;
  readonly #api: Api;
  readonly #outbox = new Outbox();
  readonly #sender: Sender;
  readonly #regions: RegionsWatch;
  readonly #sessions = new Set<string>();
  #follower: Follower | undefined;
  #stopFollowing: () => void = () => {};
  #newest: OrderKey | undefined;

  constructor({ platform, base, listen }: ClientOptions) {
    this.#platform = platform;
    this.#listen = listen;
    this.#api = new Api(platform, base);
    this.#regions = new RegionsWatch(platform, this.#api, (regions) =>
      listen({ type: "regionsChanged", regions }),
    );
    this.#sender = new Sender(platform, this.#api, this.#outbox, () => this.#newest, {
      sessionChanged: (session) => this.#sessionChanged(session),
      nameRefused: (reason) => listen({ type: "nameRefused", reason }),
      answered: ({ message }) => this.#answered(message),
      rejected: (entry, reason) => this.#rejected(entry.mid, reason),
      unanswered: () => this.#follower?.connection.type === "live" && this.#follower.check(),
    });
  }

  /** Returns what stops it: no request is made and nothing is reported after that. */
  start(): () => void {
    const stopSending = this.#sender.start();
    this.#regions.ask();
    return () => {
      stopSending();
      this.#stopFollowing();
      this.#regions.stop();
    };
  }

  /** What is posted from now on is by this author. `kept` is the session of this same tab before a reload. */
  signIn(name: string, kept?: Session): void {
    this.#sender.signIn(name, kept);
  }

  /** Reads this room, and no longer the one before. Its newest page comes first, as a `reset`. */
  follow(room: Room): void {
    this.#stopFollowing();
    const follower = new Follower(this.#platform, this.#api, [room], {
      received: (answer) => this.#received(answer),
      connectionChanged: (connection) => this.#connectionChanged(connection),
      tokenRefused: (token) => this.#sender.tokenRefused(token),
      token: () => this.#sender.session?.token,
    });
    this.#follower = follower;
    this.#stopFollowing = follower.start();
  }

  /** Takes a message to be posted. False when too many are waiting already, or nobody has signed in. */
  post(room: Room, text: string): boolean {
    const { name } = this.#sender;
    if (name === undefined) return false;
    const at = this.#platform.now();
    const mid = makeMid(at, this.#platform.randomBytes(10));
    const wasTaken = this.#outbox.add({ room, mid, text, name, at, state: { type: "waiting" } });
    this.#outboxChanged();
    this.#sender.wake();
    return wasTaken;
  }

  /** Forgets a rejected message that its author has seen. */
  remove(mid: Mid): void {
    this.#outbox.remove(mid);
    this.#outboxChanged();
  }

  /** Up to `limit` messages before the order key `before`, ascending. */
  history(room: Room, before: string | undefined, limit: number): Promise<Answer<HistoryAnswer>> {
    return this.#api.history(room, before, limit, this.#sender.session?.token);
  }

  /** Was this session one of this client's? */
  isMine(session: string): boolean {
    return this.#sessions.has(session);
  }

  /** Something hints that the network came or went, or that somebody is looking again: find out now. */
  check(): void {
    this.#follower?.check();
    this.#sender.hurry();
  }

  /** Whether somebody looks at what the regions are doing. */
  setWatched(isWatched: boolean): void {
    this.#regions.setWatched(isWatched);
  }

  #received(answer: SyncAnswer): void {
    if (answer.reset !== undefined) this.#outbox.postAgain(this.#sender.session?.session);
    for (const event of answer.events) this.#take(event);
    this.#listen({ type: "received", answer });
    this.#outboxChanged();
    this.#sender.wake();
  }

  #take(event: ReaderEvent): void {
    switch (event.type) {
      case "message":
        if (this.isMine(event.message.sender.session)) this.#outbox.adopt(event.message);
        return this.#see(event.message);
      case "stored":
        return event.mids.forEach((mid) => this.#outbox.remove(mid));
      case "rejected":
        return this.#outbox.rejected(event.mid, event.reason);
      case "deleted":
        // If it only moved to another order key, it comes again as a message.
        return event.mid === undefined ? undefined : this.#outbox.remove(event.mid);
      case "regions":
        return this.#regions.ask();
    }
  }

  #see(message: WireMessage): void {
    if (this.#newest === undefined || ownPart(message.order) > ownPart(this.#newest))
      this.#newest = message.order;
    if (this.isMine(message.sender.session)) this.#outbox.acknowledged(message);
  }

  #answered(message: WireMessage): void {
    this.#sessions.add(message.sender.session);
    this.#see(message);
    this.#listen({ type: "answered", message });
    this.#outboxChanged();
    if (this.#follower?.connection.type === "offline") this.#follower.check();
    // The store was not quick: that may be all there is to know yet about its being away.
    if (message.state === "accepted") this.#regions.ask();
  }

  #rejected(mid: Mid, reason: string): void {
    this.#outbox.rejected(mid, reason);
    this.#outboxChanged();
  }

  #connectionChanged(connection: Connection): void {
    if (connection.type === "live") {
      // It may be another life of the region, or another region: what was only accepted is made sure of.
      this.#outbox.postAgain(this.#sender.session?.session);
      this.#outboxChanged();
      this.#sender.hurry();
      this.#regions.ask();
    }
    this.#listen({ type: "connectionChanged", connection });
  }

  #sessionChanged(session: Session | undefined): void {
    if (session !== undefined) {
      this.#sessions.add(session.session);
      const [oldest] = this.#sessions;
      if (this.#sessions.size > SESSIONS_LIMIT && oldest !== undefined) this.#sessions.delete(oldest);
    }
    this.#listen({ type: "sessionChanged", session });
  }

  #outboxChanged(): void {
    this.#listen({ type: "outboxChanged", entries: this.#outbox.entries() });
  }
}
