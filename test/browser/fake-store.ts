import { randomUUID } from "node:crypto";
import type { WireMessage } from "../../sync/message.ts";
import type { ReaderEvent } from "../../sync/wire.ts";
import type { FakeRegion } from "./fake-region.ts";

/** The store that fake regions share: carries messages between them, unless it is away. */
export class FakeStore {
  readonly regions: FakeRegion[] = [];
  /** Sessions by token; every region takes the others' tokens. */
  readonly sessions = new Map<string, { readonly name: string; readonly session: string }>();
  #isAway = false;
  #slot = 0;
  #outbox: WireMessage[] = [];

  get isAway(): boolean {
    return this.#isAway;
  }

  waitingOf(region: FakeRegion): number {
    return this.#outbox.filter((message) => message.region === region.name).length;
  }

  openSession(name: string): { readonly token: string; readonly session: string } {
    const token = randomUUID();
    const session = randomUUID();
    this.sessions.set(token, { name, session });
    return { token, session };
  }

  /** Growing by one, of the shape that real ones have. */
  nextOrder(): string {
    return `0${String(++this.#slot).padStart(12, "0")}-aaaaaaaa-${this.#slot}`;
  }

  /** True when the message was stored at once. */
  put(message: WireMessage): boolean {
    this.#outbox.push(message);
    if (!this.#isAway) this.#drain();
    return !this.#isAway;
  }

  setAway(isAway: boolean): void {
    this.#isAway = isAway;
    if (!isAway) this.#drain();
    this.tell({ type: "regions" });
  }

  /** What the regions had accepted for it is gone, as when their disks die. */
  forgetOutbox(): void {
    this.#outbox = [];
  }

  /** An admin deletes a message in the store. */
  delete(text: string): void {
    const found = this.regions.flatMap((region) => region.messages).find((message) => message.text === text);
    if (found !== undefined) this.tell({ type: "deleted", room: found.room, id: found.id, mid: found.mid });
  }

  tell(event: ReaderEvent): void {
    for (const region of this.regions) region.happened(event);
  }

  #drain(): void {
    for (const message of this.#outbox.splice(0)) {
      for (const region of this.regions) {
        if (region.name === message.region) {
          region.happened({ type: "stored", room: message.room, mids: [message.mid] });
        } else {
          region.happened({ type: "message", message: { ...message, state: "stored" } });
        }
      }
    }
  }
}
