import type { OrderKey, Room } from "../../sync/names.ts";
import type { HistoryAnswer } from "../../sync/wire.ts";
import type { Answer } from "../client/api.ts";
import type { Client } from "../client/client.ts";
import type { Chat } from "../shown/chat.ts";

const PAGE = 50;
/** Of the two pages around a place in the past. */
const HALF_PAGE = 25;

/** Asks for pages of history while somebody reads, one at a time. */
export class Reading {
  readonly #client: Client;
  readonly #chat: Chat;
  readonly #changed: () => void;
  #state: "idle" | "asked" | "failed" = "idle";

  constructor(client: Client, chat: Chat, changed: () => void) {
    this.#client = client;
    this.#chat = chat;
    this.#changed = changed;
  }

  get state(): "idle" | "asked" | "failed" {
    return this.#state;
  }

  /** Another room is open: what was asked for is of no interest any more. */
  begin(): void {
    this.#state = "idle";
  }

  async older(): Promise<void> {
    const { room } = this.#chat;
    const { floor } = this.#chat.current.shown;
    const query = { room, before: floor, limit: PAGE };
    await this.#ask(room, [() => this.#client.history(query)], ([page]) => {
      if (page !== undefined) this.#chat.prepend(room, floor, page);
    });
  }

  async newer(): Promise<void> {
    const { room } = this.#chat;
    const { ceiling } = this.#chat.current.shown;
    if (ceiling === undefined) return;
    const query = { room, after: ceiling, limit: PAGE };
    await this.#ask(room, [() => this.#client.history(query)], ([page]) => {
      if (page !== undefined) this.#chat.append(room, ceiling, page);
    });
  }

  /** Shows what was said around this place, however long ago. */
  async around(order: OrderKey): Promise<void> {
    const { room } = this.#chat;
    const before = { room, before: order, limit: HALF_PAGE };
    // What has the order key itself comes after what was before it.
    const after = (page: HistoryAnswer) => ({
      room,
      after: page.messages.at(-1)?.order ?? BEGINNING,
      limit: HALF_PAGE,
    });
    const questions = [
      () => this.#client.history(before),
      (page: HistoryAnswer | undefined) => this.#client.history(after(page ?? { messages: [] })),
    ];
    await this.#ask(room, questions, ([older, newer]) => {
      if (older !== undefined && newer !== undefined) this.#chat.current.goBack(older, newer);
    });
  }

  /** One question after the other, each told what the one before was answered. */
  async #ask(
    room: Room,
    questions: readonly ((before: HistoryAnswer | undefined) => Promise<Answer<HistoryAnswer>>)[],
    take: (pages: readonly HistoryAnswer[]) => void,
  ): Promise<void> {
    if (this.#state === "asked") return;
    this.#state = "asked";
    const pages: HistoryAnswer[] = [];
    for (const question of questions) {
      const answer = await question(pages.at(-1));
      if (room !== this.#chat.room) return;
      if (answer.type === "ok") pages.push(answer.value);
    }
    const isWhole = pages.length === questions.length;
    this.#state = isWhole ? "idle" : "failed";
    if (isWhole) take(pages);
    this.#changed();
  }
}

/** Before everything that was ever written. */
const BEGINNING = "0000000000000-00000000-1";
