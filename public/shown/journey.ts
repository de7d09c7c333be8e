import type { WireMessage } from "../../sync/message.ts";
import type { Mid } from "../../sync/names.ts";
import type { RegionsAnswer } from "../../sync/wire.ts";
import { slotOf } from "../client/names.ts";

/** What this page noticed of a message, by its own clock. Nothing is told that was not noticed. */
export interface Noticed {
  readonly typedAt?: number;
  readonly acceptedAt?: number;
  readonly storedAt?: number;
  readonly receivedAt?: number;
  readonly shownAt?: number;
  /** How its region was following the store when it came. */
  readonly way?: "feed" | "poll";
  /** How often it was told again, and shown no second time. */
  readonly repeats: number;
}

export interface Journey extends Noticed {
  readonly message: WireMessage;
  /** Regions that have it in their journal, by what they last told, and those that do not yet. */
  readonly seenBy: readonly string[];
  readonly notSeenBy: readonly string[];
  readonly origin8: string;
  readonly n: number;
}

/** Messages whose way is remembered. */
const REMEMBERED = 1_000;

export class Journeys {
  readonly #noticed = new Map<Mid, Noticed>();

  /** Remembers the first time of each; what came before stays. */
  notice(mid: Mid, seen: Partial<Noticed>): void {
    const known = this.#noticed.get(mid);
    this.#noticed.set(mid, { repeats: 0, ...seen, ...known });
    const [oldest] = this.#noticed.keys();
    if (this.#noticed.size > REMEMBERED && oldest !== undefined) this.#noticed.delete(oldest);
  }

  repeated(mid: Mid): void {
    const known = this.#noticed.get(mid) ?? { repeats: 0 };
    this.#noticed.set(mid, { ...known, repeats: known.repeats + 1 });
  }

  of(message: WireMessage, regions: RegionsAnswer | undefined): Journey {
    const { origin8, n } = slotOf(message.order);
    const others = (regions?.regions ?? []).filter(({ state }) => state === "live" || state === "silent");
    const has = ({ seen }: { readonly seen: Readonly<Record<string, number>> }): boolean =>
      (seen[origin8] ?? 0) >= n;
    const others8 = others.filter(({ origin }) => !origin.startsWith(origin8));
    return {
      repeats: 0,
      ...this.#noticed.get(message.mid),
      message,
      origin8,
      n,
      seenBy: others8.filter(has).map(({ name }) => name),
      notSeenBy: others8.filter((region) => !has(region)).map(({ name }) => name),
    };
  }
}
