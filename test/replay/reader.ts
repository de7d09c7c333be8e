import type { WireMessage } from "../../sync/message.ts";
import type { MessageId, Mid, OrderKey, Room } from "../../sync/names.ts";
import type { Cursor, ReaderEvent } from "../../sync/wire.ts";
import type { Api } from "../../public/client/api.ts";
import { backoffMs } from "../../public/client/backoff.ts";
import { readHistory } from "./history.ts";
import { pause } from "./pause.ts";

/** As long as a reader waits in one request: the default of the door. */
const POLL_SECONDS = 25;

/**
 * Somebody who reads every room of one region by long poll, with one cursor, and believes what the API says to the
 * letter: it shows what it is handed, and counts what it is handed again.
 */
export class Reader {
  readonly region: string;
  readonly #api: Api;
  readonly #rooms: readonly Room[];
  readonly #shown: (message: WireMessage) => void;
  readonly #stop = new AbortController();
  readonly #messages = new Map<MessageId, WireMessage>();
  readonly #ids = new Map<Mid, MessageId[]>();
  readonly #newest = new Map<Room, OrderKey>();
  readonly #repeats: MessageId[] = [];
  #cursor: Cursor | undefined;
  #stored = 0;
  #resets = 0;
  #unanswered = 0;
  #run: Promise<void> | undefined;

  /** `shown` is told every message the first time it comes. */
  constructor(region: string, api: Api, rooms: readonly Room[], shown: (message: WireMessage) => void) {
    this.region = region;
    this.#api = api;
    this.#rooms = rooms;
    this.#shown = shown;
  }

  /** Messages shown now. */
  get size(): number {
    return this.#messages.size;
  }

  /** Of these, how many are said to be in the store. */
  get stored(): number {
    return this.#stored;
  }

  /** How often it was told to start over. */
  get resets(): number {
    return this.#resets;
  }

  /** Polls without an answer. */
  get unanswered(): number {
    return this.#unanswered;
  }

  get repeats(): readonly MessageId[] {
    return this.#repeats;
  }

  newest(room: Room): OrderKey | undefined {
    return this.#newest.get(room);
  }

  /** Room by room, in the order of the order keys. */
  messages(): WireMessage[] {
    // An id is the room and the order key.
    return [...this.#messages.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Reads on until it is stopped. Fulfilled after the first answer, or when it is stopped before. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#run = this.#readOn(resolve);
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#run;
  }

  async #readOn(answered: () => void): Promise<void> {
    const { signal } = this.#stop;
    let failures = 0;
    while (!signal.aborted) {
      const query = { rooms: this.#rooms, cursor: this.#cursor, timeoutS: POLL_SECONDS };
      const answer = await this.#api.sync(query, undefined, signal);
      if (answer.type === "ok") {
        failures = 0;
        const isReset = answer.value.reset !== undefined;
        if (isReset) await this.#startOver();
        for (const event of answer.value.events) this.#take(event, isReset);
        this.#cursor = answer.value.cursor;
        answered();
      } else if (!signal.aborted) {
        failures++;
        this.#unanswered++;
        await pause(backoffMs(failures, Math.random()), signal);
      }
    }
    answered();
  }

  /** What is between is not told: the history has it. The very first answer is a reset too, of nothing. */
  async #startOver(): Promise<void> {
    if (this.#cursor === undefined) return;
    this.#resets++;
    this.#messages.clear();
    this.#ids.clear();
    this.#stored = 0;
    for (const room of this.#rooms) {
      for (const message of (await readHistory(this.#api, room, this.#stop.signal)) ?? [])
        this.#show(message);
    }
  }

  /** `isReset`: the answer says to start over, so its page may hold what the history has just given. */
  #take(event: ReaderEvent, isReset: boolean): void {
    switch (event.type) {
      case "message":
        if (!isReset && this.#messages.has(event.message.id)) this.#repeats.push(event.message.id);
        this.#show(event.message);
        break;
      case "stored":
        for (const mid of event.mids) this.#store(mid);
        break;
      case "rejected":
      case "deleted":
        this.#remove(event.id);
        break;
      case "regions":
    }
  }

  #show(message: WireMessage): void {
    const known = this.#messages.get(message.id);
    if (message.state === "stored" && known?.state !== "stored") this.#stored++;
    if (message.state !== "stored" && known?.state === "stored") this.#stored--;
    this.#messages.set(message.id, message);
    if (known !== undefined) return;
    this.#ids.set(message.mid, [...(this.#ids.get(message.mid) ?? []), message.id]);
    if (message.order > (this.#newest.get(message.room) ?? "")) this.#newest.set(message.room, message.order);
    this.#shown(message);
  }

  #store(mid: Mid): void {
    for (const id of this.#ids.get(mid) ?? []) {
      const message = this.#messages.get(id);
      if (message === undefined || message.state === "stored") continue;
      this.#messages.set(id, { ...message, state: "stored" });
      this.#stored++;
    }
  }

  #remove(id: MessageId): void {
    if (this.#messages.get(id)?.state === "stored") this.#stored--;
    this.#messages.delete(id);
  }
}
