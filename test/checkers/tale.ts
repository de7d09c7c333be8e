import type { WireMessage } from "../../sync/message.ts";
import { messageId, orderKey, origin8, type OrderKey, type Origin } from "../../sync/names.ts";
import type { ReaderEvent } from "../../sync/wire.ts";
import { GARDEN, LOBBY, mid, NOON_MS, origin, stampAt } from "../sync/names.ts";
import type { Attempt, Deed, Final, Handed, History, Kept, Reader, Said, Screen } from "./history.ts";
import { byOrder, settledRooms } from "./settled.ts";

/** A message and what becomes of it. */
export interface Turn {
  readonly author: 0 | 1 | 2;
  readonly region: 0 | 1 | 2;
  readonly room: 0 | 1;
  /**
   * `repeated`: the first attempt got no answer from the next region, which has it all the same, under a higher order
   * key (`repeated`) or a lower one (`overtaken`), and then it was said again here.
   */
  readonly fate: "kept" | "repeated" | "overtaken" | "deleted" | "rejected" | "given up";
}

const REGIONS = [origin("a"), origin("b"), origin("c")] as const;
const ROOMS = [LOBBY, GARDEN] as const;
const AUTHORS = ["Ann", "Bob", "Cem"] as const;

/** Time between two messages; everything that concerns one of them happens within. */
const TURN_MS = 1_000;

/**
 * A history without fault: three regions, a reader in each and one who moves, and these messages one after the other.
 * It is written from the promises alone, not by running anything.
 */
export function tale(turns: readonly Turn[]): History {
  const teller = new Teller();
  for (const turn of turns) teller.tell(turn);
  return teller.history();
}

class Teller {
  readonly #said: Said[] = [];
  readonly #attempts: Attempt[] = [];
  readonly #synced: Kept[] = [];
  readonly #confirmed: Kept[] = [];
  readonly #deeds: Deed[] = [];
  readonly #stored: WireMessage[] = [];
  readonly #unstorable: WireMessage["id"][] = [];
  readonly #handed = new Map<string, Handed[]>();
  readonly #slots = new Map<Origin, number>();
  readonly #newest = new Map<string, OrderKey>();
  #turn = 0;

  constructor() {
    for (const [place, region] of REGIONS.entries()) {
      this.#hand(`reader ${place}`, region, 0, { type: "reset", reason: "start" });
    }
    this.#hand("mover", REGIONS[0], 0, { type: "reset", reason: "start" });
  }

  tell({ author, region, room, fate }: Turn): void {
    this.#turn++;
    const said: Said = {
      session: `session-of-${AUTHORS[author]}`,
      mid: mid(this.#turn),
      room: ROOMS[room],
      sender: AUTHORS[author],
      text: `text ${this.#turn}`,
      ...(fate === "given up" ? { isGivenUp: true } : {}),
    };
    this.#said.push(said);
    const here = REGIONS[region];
    const elsewhere = REGIONS[(region + 1) % REGIONS.length] ?? here;
    if (fate === "given up") return this.#attempt(said, here, undefined);
    if (fate === "repeated" || fate === "overtaken") this.#attempt(said, elsewhere, undefined);
    const message = this.#mint(said, here, 10);
    this.#accept(said, here, message);
    if (fate === "rejected") return this.#reject(message, here);
    this.#store(message, here);
    if (fate === "repeated" || fate === "overtaken")
      this.#twin(message, said, elsewhere, fate === "overtaken");
    if (fate === "deleted") this.#delete(message, said);
  }

  history(): History {
    const store = { messages: this.#stored, unstorable: this.#unstorable };
    const settled = settledRooms({ store });
    const finals = REGIONS.flatMap((region) =>
      ROOMS.map((room): Final => ({ region, room, messages: settled.get(room) ?? [] })),
    );
    const screens = ROOMS.map((room): Screen => {
      const lines = (settled.get(room) ?? []).map(({ sender, text }) => ({ sender: sender.name, text }));
      return { client: "page", room, from: "", lines };
    });
    return {
      said: this.#said,
      attempts: this.#attempts,
      readers: [...this.#handed].map(([client, handed]): Reader => ({ client, rooms: ROOMS, handed })),
      screens,
      finals,
      store,
      deeds: this.#deeds,
      synced: this.#synced,
      confirmed: this.#confirmed,
      lostDisks: [],
      loads: [{ region: REGIONS[0], what: "waiting documents", most: 10, bound: 50_000 }],
      waits: [{ what: "a dead feed", fromMs: 0, untilMs: 2_500, boundMs: 3_000 }],
      processes: [{ region: REGIONS[0], crashes: [], aliveMs: 60_000, logLines: 10, alarms: {} }],
    };
  }

  #mint({ session, sender, room, text, mid: name }: Said, region: Origin, tick: number): WireMessage {
    const n = (this.#slots.get(region) ?? 0) + 1;
    this.#slots.set(region, n);
    const order = orderKey({ stamp: stampAt(this.#ms(tick)), origin8: origin8(region), n });
    return {
      id: messageId(room, order),
      mid: name,
      room,
      sender: { name: sender, session },
      text,
      at: NOON_MS + this.#ms(tick),
      region: region.slice(0, 1),
      order,
      state: "accepted",
    };
  }

  #attempt(said: Said, region: Origin, message: WireMessage | undefined): void {
    const after = this.#newest.get(said.session);
    this.#attempts.push({
      session: said.session,
      mid: said.mid,
      text: said.text,
      region,
      sentMs: this.#ms(5),
      ...(after === undefined ? {} : { after }),
      ...(message === undefined
        ? {}
        : { answer: { type: "acknowledged" as const, atMs: this.#ms(20), message } }),
    });
  }

  #accept(said: Said, region: Origin, message: WireMessage): void {
    this.#synced.push({ id: message.id, atMs: this.#ms(15) });
    this.#attempt(said, region, message);
    this.#newest.set(said.session, message.order);
    for (const client of this.#readersAt(region))
      this.#hand(client, region, 20, { type: "message", message });
  }

  #store(accepted: WireMessage, region: Origin): void {
    const message: WireMessage = { ...accepted, state: "stored" };
    const { room, mid: name, id } = message;
    this.#confirmed.push({ id, atMs: this.#ms(100) });
    this.#stored.push(message);
    for (const one of REGIONS) {
      const event: ReaderEvent =
        one === region ? { type: "stored", room, mids: [name] } : { type: "message", message };
      for (const client of this.#readersAt(one)) this.#hand(client, one, 120, event);
    }
  }

  #reject({ id, mid: name, room }: WireMessage, region: Origin): void {
    this.#unstorable.push(id);
    for (const client of this.#readersAt(region))
      this.#hand(client, region, 120, { type: "rejected", room, id, mid: name, reason: "too big" });
  }

  /** The repetition comes to light: the higher one of the two is not shown any more, or never. */
  #twin(message: WireMessage, said: Said, region: Origin, isLower: boolean): void {
    const twin: WireMessage = { ...this.#mint(said, region, isLower ? 8 : 12), state: "stored" };
    this.#confirmed.push({ id: twin.id, atMs: this.#ms(200) });
    this.#stored.push(twin);
    const [, higher = twin] = [message, twin].sort(byOrder);
    const { id, mid: name, room } = higher;
    for (const one of REGIONS) {
      for (const client of this.#readersAt(one)) {
        this.#hand(client, one, 300, { type: "deleted", room, id, mid: name });
        if (isLower) this.#hand(client, one, 300, { type: "message", message: twin });
      }
    }
  }

  #delete({ id, mid: name, room }: WireMessage, { session }: Said): void {
    this.#deeds.push({ type: "deleted", id, mid: name, session, atMs: this.#ms(400) });
    this.#stored.splice(
      this.#stored.findIndex((one) => one.id === id),
      1,
    );
    for (const region of REGIONS) {
      for (const client of this.#readersAt(region))
        this.#hand(client, region, 500, { type: "deleted", room, id, mid: name });
    }
  }

  /** One stays in each region, and the mover is in another one every third message. */
  #readersAt(region: Origin): string[] {
    const place = REGIONS.findIndex((one) => one === region);
    const moverPlace = Math.floor(this.#turn / 3) % REGIONS.length;
    return place === moverPlace ? [`reader ${place}`, "mover"] : [`reader ${place}`];
  }

  #hand(client: string, region: Origin, tick: number, event: Handed["event"]): void {
    const handed = this.#handed.get(client) ?? [];
    handed.push({ atMs: this.#ms(tick), region, life: "life-1", event });
    this.#handed.set(client, handed);
  }

  #ms(tick: number): number {
    return this.#turn * TURN_MS + tick;
  }
}
