import type { WireMessage } from "../../../sync/message.ts";
import { isEarlier, type MessageId, type Mid, type OrderKey, type Room } from "../../../sync/names.ts";
import type { Cursor, ReaderEvent } from "../../../sync/wire.ts";
import type { Reset } from "../../checkers/history.ts";
import type { Connection } from "../../replay/connection.ts";
import type { Chronicle } from "./chronicle.ts";
import type { TorturedRegion } from "./region.ts";

export interface ListenerSettings {
  readonly name: string;
  readonly rooms: readonly Room[];
  readonly connection: Connection;
  readonly chronicle: Chronicle;
  readonly region: TorturedRegion;
  /** Goes from region to region. */
  readonly isMoving: boolean;
  readonly signal: AbortSignal;
}

/** Whoever waits for something looks so often whether everything is broken off. */
const LOOK_MS = 500;

/**
 * Somebody who reads, whatever the way: where, up to which bookmark, and what was taken in. It believes what it is
 * handed to the letter, and the checkers hold that against what was said.
 */
export class Listener {
  readonly settings: ListenerSettings;
  readonly #take: ReturnType<Chronicle["reader"]>;
  readonly #newest = new Map<Room, OrderKey>();
  readonly #mids = new Set<Mid>();
  readonly #gone = new Set<MessageId>();
  #looks: (() => void)[] = [];
  #turn = new AbortController();
  region: TorturedRegion;
  cursor: Cursor | undefined;
  resets = 0;

  constructor(settings: ListenerSettings) {
    this.settings = settings;
    this.region = settings.region;
    this.#take = settings.chronicle.reader(settings.name, settings.rooms);
  }

  /** Aborted when it is time to ask elsewhere. */
  get turn(): AbortSignal {
    return this.#turn.signal;
  }

  /** Leaves what is under way unread and goes on there, from the bookmark it has. */
  goTo(region: TorturedRegion): void {
    this.region = region;
    this.#turn.abort();
    this.#turn = new AbortController();
  }

  stop(): void {
    this.#turn.abort();
  }

  newest(room: Room): OrderKey | undefined {
    return this.#newest.get(room);
  }

  /** Whether it was ever handed to it. */
  knows(mid: Mid): boolean {
    return this.#mids.has(mid);
  }

  /** Whether it was told that this is deleted: so its region knows. */
  knowsGone(id: MessageId): boolean {
    return this.#gone.has(id);
  }

  take(event: ReaderEvent | Reset): void {
    this.#take({ ...this.region.place, event });
    switch (event.type) {
      case "reset":
        this.resets++;
        return;
      case "message":
        return this.#show(event.message);
      case "deleted":
        // One that a message with a lower order key stands in for was not deleted by anybody.
        if (event.mayReturn !== true) this.#gone.add(event.id);
        return;
      case "rejected":
      case "stored":
      case "regions":
    }
  }

  #show({ mid, room, order }: WireMessage): void {
    this.#mids.add(mid);
    const newest = this.#newest.get(room);
    if (newest === undefined || isEarlier(newest, order)) this.#newest.set(room, order);
  }

  /** To be called when all events of one answer were taken. */
  looked(): void {
    for (const look of this.#looks.splice(0)) look();
  }

  /** Waits until something that was taken makes it so. False: not within `withinMs`, or everything is broken off. */
  async until(condition: () => boolean, withinMs: number): Promise<boolean> {
    const { chronicle, signal } = this.settings;
    const untilMs = chronicle.nowMs() + withinMs;
    while (!condition()) {
      const leftMs = untilMs - chronicle.nowMs();
      if (leftMs <= 0 || signal.aborted) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(leftMs, LOOK_MS));
        this.#looks.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return true;
  }
}
