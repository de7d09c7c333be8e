import { randomBytes } from "node:crypto";
import { makeMid } from "../../../public/client/names.ts";
import { parsePost, parseSession, type Session } from "../../../public/client/parse.ts";
import type { Change, WireMessage } from "../../../sync/message.ts";
import { isEarlier, type Mid, type OrderKey, type Room } from "../../../sync/names.ts";
import type { Answer } from "../../checkers/history.ts";
import type { Connection } from "../../replay/connection.ts";
import { pause } from "../../replay/pause.ts";
import type { Chance } from "../../sync/chance.ts";
import type { Chronicle } from "./chronicle.ts";
import { askJson, pauseMs, problemCode } from "./people.ts";
import type { TorturedRegion } from "./region.ts";

/** Whoever gets no answer for so long goes away: longer than any fault lasts. */
const PATIENCE_MS = 120_000;
/** After an answer: the same once more, as if it had been lost (C1); in another region (C2); with another text (C3). */
const REPEATS = 0.02;
const REPEATS_ELSEWHERE = 0.01;
const REUSES = 0.005;
/** So many of the things somebody says change what he said before; a third of those take it back. */
const CHANGES = 0.08;
/** Who gets no answer tries another region, or the same one again. */
const MOVES = 0.5;

export interface AuthorSettings {
  readonly name: string;
  readonly room: Room;
  readonly connection: Connection;
  readonly chronicle: Chronicle;
  /** Where people go: at least one. */
  readonly regions: readonly TorturedRegion[];
  /** The newest order key that can be seen in the room. */
  readonly newest: (room: Room) => OrderKey | undefined;
  readonly chance: Chance;
  readonly signal: AbortSignal;
}

interface Saying {
  readonly mid: Mid;
  readonly text: string;
  readonly session: Session;
  readonly change: (Change & { readonly order: OrderKey }) | undefined;
  readonly after: OrderKey | undefined;
}

/** One session that says one thing after the other, and asks until it is answered, always with the same mid. */
export class Author {
  readonly #settings: AuthorSettings;
  #region: TorturedRegion;
  #session: Session | undefined;
  #own: OrderKey | undefined;
  /** The last thing it said that was accepted and changes nothing. */
  #last: WireMessage | undefined;

  constructor(settings: AuthorSettings, region: TorturedRegion) {
    this.#settings = settings;
    this.#region = region;
  }

  /** Fulfilled when it was answered, with its mid, or given up. */
  async say(words: string): Promise<Mid | undefined> {
    const { name, room, chronicle, chance } = this.#settings;
    const session = this.#session ?? (await this.#signIn());
    if (session === undefined) return undefined;
    const mid = makeMid(Date.now(), randomBytes(10));
    const change = this.#changeOfMind();
    const text = change?.type === "delete" ? "" : words;
    const what = change === undefined ? {} : { change: { type: change.type, mid: change.mid } };
    chronicle.say({ session: session.session, mid, room, sender: name, text, ...what });
    const saying = { mid, text, change, session, after: newer(this.#settings.newest(room), this.#own) };
    const answer = await this.#askUntilAnswered(saying);
    if (answer?.type !== "acknowledged") {
      chronicle.giveUp(mid);
      return undefined;
    }
    this.#own = newer(answer.message.order, this.#own);
    if (change === undefined) this.#last = answer.message;
    if (chance.happens(REPEATS)) await this.#ask(this.#region, saying);
    if (chance.happens(REPEATS_ELSEWHERE)) await this.#ask(this.#elsewhere(), saying);
    if (chance.happens(REUSES)) await this.#ask(this.#region, { ...saying, text: `${text}, or not` });
    return mid;
  }

  #changeOfMind(): Saying["change"] {
    const { chance } = this.#settings;
    if (this.#last === undefined || !chance.happens(CHANGES)) return undefined;
    const { mid, order } = this.#last;
    return { type: chance.below(3) === 0 ? "delete" : "edit", mid, order };
  }

  async #askUntilAnswered(saying: Saying): Promise<Answer | undefined> {
    const { chronicle, chance, signal } = this.#settings;
    const untilMs = chronicle.nowMs() + PATIENCE_MS;
    while (chronicle.nowMs() < untilMs && !signal.aborted) {
      const answer = await this.#ask(this.#region, saying);
      if (answer?.type === "acknowledged" || isFinal(answer)) return answer;
      await pause(pauseMs(chance.fraction()), signal);
      if (chance.happens(MOVES)) this.#region = this.#elsewhere();
    }
    return undefined;
  }

  async #ask(region: TorturedRegion, saying: Saying): Promise<Answer | undefined> {
    const { connection, chronicle, room, signal } = this.#settings;
    const { mid, text, change, session, after } = saying;
    const sentMs = chronicle.nowMs();
    const place = region.place;
    const asked = await askJson(connection, `${region.url}/api/v1/rooms/${room}/messages`, {
      body: { mid, text, change, after },
      token: session.token,
      signal,
    });
    const atMs = chronicle.nowMs();
    const message = asked !== undefined && asked.status < 300 ? parsePost(asked.body)?.message : undefined;
    const code = problemCode(asked?.body);
    const answer: Answer | undefined =
      message === undefined
        ? code === undefined
          ? undefined
          : { type: "refused", atMs, code }
        : { type: "acknowledged", atMs, message };
    chronicle.attempt({
      session: session.session,
      mid,
      text,
      region: place.region,
      sentMs,
      ...(after === undefined ? {} : { after }),
      ...(answer === undefined ? {} : { answer }),
    });
    return answer;
  }

  async #signIn(): Promise<Session | undefined> {
    const { connection, name, chance, signal } = this.#settings;
    while (!signal.aborted && this.#session === undefined) {
      const url = `${this.#region.url}/api/v1/sessions`;
      const answer = await askJson(connection, url, { body: { name }, signal });
      this.#session = parseSession(answer?.body);
      if (this.#session === undefined) await pause(pauseMs(chance.fraction()), signal);
    }
    return this.#session;
  }

  #elsewhere(): TorturedRegion {
    const { regions, chance } = this.#settings;
    return chance.pick(regions.filter((region) => region !== this.#region)) ?? this.#region;
  }
}

/** Asking again will not help: the doors' own rules, and a document the store will never take. */
function isFinal(answer: Answer | undefined): boolean {
  const isRule = ["invalid-field", "mid-reused", "rejected"];
  return answer?.type === "refused" && isRule.includes(answer.code);
}

function newer(one: OrderKey | undefined, other: OrderKey | undefined): OrderKey | undefined {
  return one === undefined || (other !== undefined && isEarlier(one, other)) ? other : one;
}
