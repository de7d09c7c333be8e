import type { WireMessage } from "../../sync/message.ts";
import type { Mid, OrderKey, Room } from "../../sync/names.ts";
import type { HistoryAnswer, ReaderEvent, RegionsAnswer, SyncAnswer } from "../../sync/wire.ts";
import { Api, type Answer, type PageQuery } from "./api.ts";
import { Author, type Mine } from "./author.ts";
import type { ClientEvent } from "./events.ts";
import { Failover, type Move } from "./failover.ts";
import { Follower, type Connection } from "./follower.ts";
import { MemoryShelf } from "./memory-shelf.ts";
import { Openings } from "./openings.ts";
import { ownPart } from "./order.ts";
import { Outbox } from "./outbox.ts";
import type { Session } from "./parse.ts";
import type { Platform } from "./platform.ts";
import { RegionsWatch } from "./regions-watch.ts";
import { Sender } from "./sender.ts";
import { Sessions } from "./sessions.ts";
import type { Shelf, ShelfChange } from "./shelf.ts";

export interface ClientOptions {
  readonly platform: Platform;
  /** The region's address without a slash at its end; empty for the one that served the page. */
  readonly base: string;
  readonly listen: (event: ClientEvent) => void;
  /** Where the outbox is kept; without one in memory. */
  readonly shelf?: Shelf;
  /** What was known of the regions before, should ours not answer at all. */
  readonly regions?: RegionsAnswer | undefined;
}

/**
 * One author and reader: posts in order, follows rooms, repeats what was lost on the way, and moves to another region
 * when its own gives no answer, so that nothing is lost and nothing is there twice. Knows nothing of a page; runs in
 * browsers and in Node.
 */
export class Client {
  readonly #platform: Platform;
  readonly #listen: (event: ClientEvent) => void;
  readonly #shelf: Shelf;
  readonly #api: Api;
  readonly #outbox: Outbox;
  readonly #sessions: Sessions;
  readonly #sender: Sender;
  readonly #author: Author;
  readonly #regions: RegionsWatch;
  readonly #failover: Failover;
  readonly #openings: Openings;
  #follower: Follower | undefined;
  #rooms: readonly Room[] = [];
  #stopFollowing: () => void = () => {};
  #newest: OrderKey | undefined;

  constructor({ platform, base, listen, shelf = new MemoryShelf(), regions }: ClientOptions) {
    this.#platform = platform;
    this.#listen = listen;
    this.#shelf = shelf;
    this.#api = new Api(platform, base, () => void this.#failover.doubt());
    this.#outbox = new Outbox(shelf);
    this.#sessions = new Sessions(this.#api, shelf);
    this.#failover = new Failover(platform, this.#api, base, {
      moved: (move) => this.#moved(move),
      silent: () => this.#follower?.silent(),
    });
    if (regions !== undefined) this.#failover.remember(regions);
    this.#regions = new RegionsWatch(platform, this.#api, (answer) => this.#regionsChanged(answer));
    this.#openings = new Openings(
      platform,
      (query) => this.history(query),
      (room, page) => this.#opened(room, page),
    );
    this.#sender = new Sender(platform, this.#api, this.#outbox, this.#sessions, () => this.#newest, {
      sessionChanged: (session) => listen({ type: "sessionChanged", session }),
      outboxChanged: () => this.#outboxChanged(),
      nameRefused: (reason) => listen({ type: "nameRefused", reason }),
      answered: ({ message }) => this.#answered(message),
      rejected: ({ mid }, reason) => {
        this.#outbox.rejected(mid, reason);
        this.#outboxChanged();
      },
      unanswered: () => this.#unanswered(),
    });
    this.#author = new Author(platform, this.#outbox, this.#sessions, this.#sender);
  }

  /** Returns what stops it: no request is made and nothing is reported after that. */
  start(): () => void {
    const stopListening = this.#shelf.listen((change) => this.#shelfChanged(change));
    const stopSending = this.#sender.start();
    const run = { isStopped: false, giveTurnBack: () => {} };
    void this.#takeShelf(run);
    this.#regions.ask();
    return () => {
      run.isStopped = true;
      run.giveTurnBack();
      stopListening();
      stopSending();
      this.#stopFollowing();
      this.#openings.want([]);
      this.#failover.stop();
      this.#regions.stop();
    };
  }

  /** What is posted from now on is by this author. `kept` is the session of this same tab before a reload. */
  signIn(name: string, kept?: Session): void {
    this.#sender.signIn(name, kept);
  }

  /**
   * Reads these rooms, and no others any more; the first is the most wanted. The newest page of a room comes first, as
   * a `reset` of all or as an `opened`.
   */
  follow(rooms: readonly Room[]): void {
    const isBegun = this.#follower?.cursor !== undefined;
    const unopened = rooms.filter(
      (room) => !this.#rooms.includes(room) || this.#openings.wanted.includes(room),
    );
    this.#rooms = rooms;
    if (this.#follower === undefined) this.#beginFollowing();
    else this.#follower.follow(rooms);
    this.#openings.want(isBegun ? unopened : []);
  }

  /** Takes a message to be posted. False when too many are waiting already, or nobody has signed in. */
  post(room: Room, text: string): boolean {
    return this.#written(this.#author.say(room, text));
  }

  /** Whether this client holds the session it was said in: in no other can it be changed. */
  mayChange(mine: Mine): boolean {
    return this.#author.mayChange(mine);
  }

  /** Has a message say this instead. False when it may not be changed, or too many are waiting already. */
  change(mine: Mine, text: string): boolean {
    return this.#written(this.#author.edit(mine, text));
  }

  /** Takes a message back, for everybody. The same. */
  takeBack(mine: Mine): boolean {
    return this.#written(this.#author.takeBack(mine));
  }

  /** Forgets a message that no region has, because its author wants no more of it. */
  remove(mid: Mid): void {
    this.#outbox.remove(mid);
    this.#outboxChanged();
  }

  /** A page of a room's history, ascending. */
  history(query: PageQuery): Promise<Answer<HistoryAnswer>> {
    return this.#api.history(query, this.#sender.session?.token);
  }

  /** Was this session one of this person's, in this page or another one of the same browser? */
  isMine(session: string): boolean {
    return this.#sessions.isMine(session);
  }

  /** Something hints that the network came or went, or that somebody is looking again: find out now. */
  check(): void {
    this.#follower?.check();
    this.#sender.hurry();
  }

  /** Goes to this region. False when it is not known, or does not answer; then everything stays as it is. */
  goTo(region: string): Promise<boolean> {
    return this.#failover.goTo(region);
  }

  /** Whether somebody looks at what the regions are doing. */
  setWatched(isWatched: boolean): void {
    this.#regions.setWatched(isWatched);
  }

  async #takeShelf(run: { isStopped: boolean; giveTurnBack: () => void }): Promise<void> {
    const { entries, sessions } = await this.#shelf.read();
    if (run.isStopped) return;
    for (const session of sessions) this.#sessions.own(session);
    this.#outbox.found(entries);
    this.#outboxChanged();
    run.giveTurnBack = this.#shelf.takeTurn(() => {
      // Whoever had the turn before may have died with it: what was only accepted is made sure of.
      this.#outbox.postAgain();
      this.#sender.begin();
    });
  }

  #shelfChanged(change: ShelfChange): void {
    if (change.type === "signedIn") this.#sessions.own(change.session);
    else this.#outbox.changed(change);
    this.#outboxChanged();
    this.#sender.wake();
  }

  #beginFollowing(): void {
    const follower = new Follower(this.#platform, this.#api, this.#rooms, {
      received: (answer) => this.#received(answer),
      connectionChanged: (connection) => this.#connectionChanged(connection),
      tokenRefused: (token) => this.#sender.tokenRefused(token),
      token: () => this.#sender.session?.token,
    });
    this.#follower = follower;
    this.#stopFollowing = follower.start();
  }

  #received(answer: SyncAnswer): void {
    this.#failover.answered();
    if (answer.reset !== undefined) {
      this.#outbox.postAgain();
      this.#openings.want([]);
    }
    for (const event of answer.events) this.#take(event);
    this.#listen({ type: "received", rooms: this.#rooms, answer });
    this.#outboxChanged();
    this.#sender.wake();
  }

  #opened(room: Room, page: HistoryAnswer): void {
    for (const message of page.messages) this.#see(message);
    this.#listen({ type: "opened", room, page });
    this.#outboxChanged();
  }

  #take(event: ReaderEvent): void {
    switch (event.type) {
      case "message": {
        const session = this.#sessions.withId(event.message.sender.session);
        if (session !== undefined) this.#outbox.adopt(event.message, session);
        return this.#see(event.message);
      }
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
    this.#see(message);
    this.#listen({ type: "answered", message });
    this.#outboxChanged();
    if (this.#follower?.connection.type === "offline") this.#follower.check();
    // The store was not quick: that may be all there is to know yet about its being away.
    if (message.state === "accepted") this.#regions.ask();
  }

  #unanswered(): void {
    this.#outboxChanged();
    if (this.#follower?.connection.type === "live") this.#follower.check();
  }

  #regionsChanged(regions: RegionsAnswer): void {
    this.#failover.told(regions);
    this.#listen({ type: "regionsChanged", regions });
  }

  #connectionChanged(connection: Connection): void {
    // It may be another life of the region: what was only accepted is made sure of.
    if (connection.type === "live") this.#makeSure();
    if (connection.type === "offline") this.#failover.failed();
    this.#listen({ type: "connectionChanged", connection });
  }

  #moved(move: Move): void {
    this.#sender.moved();
    this.#makeSure();
    this.#listen({ type: "moved", ...move });
    this.#follower?.moved();
  }

  #makeSure(): void {
    this.#outbox.postAgain();
    this.#outboxChanged();
    this.#sender.hurry();
    this.#regions.ask();
  }

  #written(wasTaken: boolean): boolean {
    this.#outboxChanged();
    this.#sender.wake();
    return wasTaken;
  }

  #outboxChanged(): void {
    const { isHeldUp } = this.#sender;
    this.#listen({ type: "outboxChanged", entries: this.#outbox.entries(), isHeldUp });
  }
}
