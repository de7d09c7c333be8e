import { randomUUID } from "node:crypto";
import { branded } from "../../sync/brand.ts";
import type { WireMessage } from "../../sync/message.ts";
import type { Mid, OrderKey } from "../../sync/names.ts";
import type {
  Cursor,
  PostAnswer,
  ReaderEvent,
  RegionsAnswer,
  SessionAnswer,
  SyncAnswer,
} from "../../sync/wire.ts";
import { PATIENCE_MS } from "./until.ts";

/** Somebody who posts, with a session that every region accepts. Repeats a POST with the same mid until it is answered. */
export class Author {
  readonly name: string;
  readonly #token: string;

  private constructor(name: string, token: string) {
    this.name = name;
    this.#token = token;
  }

  static async join(regionUrl: string, name: string): Promise<Author> {
    const answer = await postJson(`${regionUrl}/api/v1/sessions`, { name }, {});
    const session: SessionAnswer = answer.body;
    return new Author(name, session.token);
  }

  /** Throws when the region does not answer, or refuses for another reason than too much to do. */
  post(
    regionUrl: string,
    room: string,
    text: string,
    options: { mid?: Mid; after?: OrderKey } = {},
  ): Promise<Posted> {
    const { mid = newMid(), after } = options;
    const body = { mid, text, ...(after === undefined ? {} : { after }) };
    const headers = { authorization: `Bearer ${this.#token}` };
    return postJson(`${regionUrl}/api/v1/rooms/${room}/messages`, body, headers);
  }
}

/** Between two attempts at a region that does not answer: a killed one refuses at once. */
const PAUSE_MS = 50;

export interface Posted {
  readonly status: number;
  readonly body: PostAnswer;
}

export function newMid(): Mid {
  return branded<Mid>(randomUUID());
}

/**
 * A reader of one room that asks again and again, as the page does: it shows each message once by its mid, and goes
 * on with its cursor wherever it is sent.
 */
export class LongPollReader {
  #url: string;
  readonly #room: string;
  #cursor: Cursor | undefined;
  readonly #stop = new AbortController();
  readonly #shown = new Map<string, WireMessage>();
  /** Messages that came although they were shown already at the same place. */
  readonly repeats: WireMessage[] = [];
  resets = 0;
  #looks: (() => void)[] = [];

  constructor(regionUrl: string, room: string) {
    this.#url = regionUrl;
    this.#room = room;
  }

  /** The messages shown now, in order. */
  get shown(): WireMessage[] {
    return [...this.#shown.values()].toSorted((one, other) => (one.order < other.order ? -1 : 1));
  }

  get texts(): string[] {
    return this.shown.map(({ text }) => text);
  }

  get cursor(): Cursor | undefined {
    return this.#cursor;
  }

  /** Reads until it is stopped; a region that does not answer is asked again. Fulfilled after the first answer. */
  async start(): Promise<void> {
    const untilMs = Date.now() + PATIENCE_MS;
    for (;;) {
      const failed = await this.#read(1).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      if (failed === undefined) break;
      if (Date.now() > untilMs || this.#stop.signal.aborted) throw failed.error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    void this.#readOn();
  }

  /** Goes on in another region, from the very cursor it has. */
  moveTo(regionUrl: string): void {
    this.#url = regionUrl;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Waits until what is shown satisfies the condition. Throws what is shown when that takes too long. */
  async until(condition: (reader: LongPollReader) => boolean): Promise<void> {
    const untilMs = Date.now() + PATIENCE_MS;
    while (!condition(this)) {
      const leftMs = untilMs - Date.now();
      if (leftMs <= 0)
        throw new Error(`not seen within ${PATIENCE_MS} ms; shown: ${JSON.stringify(this.texts.slice(-20))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#looks.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async #readOn(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const isAnswered = await this.#read(20).then(
        () => true,
        () => false,
      );
      if (!isAnswered && !this.#stop.signal.aborted)
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async #read(timeoutSeconds: number): Promise<void> {
    const cursor = this.#cursor === undefined ? "" : `&cursor=${this.#cursor}`;
    const url = `${this.#url}/api/v1/sync?rooms=${this.#room}&timeout=${timeoutSeconds}${cursor}`;
    const response = await fetch(url, { signal: this.#stop.signal });
    if (!response.ok) throw new Error(`sync answered ${response.status}`);
    const answer: SyncAnswer = await response.json();
    if (answer.reset !== undefined) {
      this.resets++;
      this.#shown.clear();
    }
    for (const event of answer.events) this.#take(event);
    this.#cursor = answer.cursor;
    for (const look of this.#looks.splice(0)) look();
  }

  #take(event: ReaderEvent): void {
    if (event.type === "message") {
      const before = this.#shown.get(event.message.mid);
      if (before?.id === event.message.id) this.repeats.push(event.message);
      this.#shown.set(event.message.mid, event.message);
    } else if (event.type === "deleted" || event.type === "rejected") {
      for (const [mid, message] of this.#shown) if (message.id === event.id) this.#shown.delete(mid);
    } else if (event.type === "stored") {
      for (const mid of event.mids) {
        const message = this.#shown.get(mid);
        if (message !== undefined) this.#shown.set(mid, { ...message, state: "stored" });
      }
    }
  }
}

export async function regionsOf(regionUrl: string): Promise<RegionsAnswer> {
  const { body } = await ask(`${regionUrl}/api/v1/regions`, {});
  return body;
}

interface Answered {
  readonly status: number;
  readonly body: Awaited<ReturnType<Response["json"]>>;
}

function postJson(url: string, body: unknown, headers: Record<string, string>): Promise<Answered> {
  return ask(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** On a machine with too much to do a region sheds load, and whoever asks, asks again. Throws for any other refusal. */
async function ask(url: string, init: RequestInit): Promise<Answered> {
  const untilMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const response = await fetch(url, init);
    const body: Answered["body"] = await response.json();
    if (response.ok) return { status: response.status, body };
    if (body.code !== "overloaded" || Date.now() > untilMs)
      throw new Error(`${url} answered ${response.status}: ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
