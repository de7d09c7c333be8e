import { stat } from "node:fs/promises";
import { ClassicLevel } from "classic-level";
import { beaconId, parseBeacon, type Beacon } from "../sync/beacon.ts";
import type { Proven } from "../sync/bookmark.ts";
import { branded } from "../sync/brand.ts";
import { parseMessage } from "../sync/document.ts";
import { isRecord } from "../sync/json.ts";
import type { OwnRecord, Snapshot } from "../sync/journal.ts";
import type { Message } from "../sync/message.ts";
import {
  isOrigin,
  isOrigin8,
  isRoom,
  parseMessageId,
  type OrderKey,
  type Origin,
  type Origin8,
  type Room,
} from "../sync/names.ts";
import type { SlotsRecord } from "../sync/slots.ts";
import { isStamp, type Stamp } from "../sync/stamp.ts";
import type { Since } from "../sync/store.ts";
import type { Vector } from "../sync/vector.ts";

/** A journal as it was found on disk. `snapshot` is absent in a new one. */
export interface JournalFile {
  readonly level: ClassicLevel;
  readonly origin: Origin;
  readonly snapshot: Snapshot | undefined;
  /** The directory is a copy of another one, which may have a life of its own. */
  readonly isCopy: boolean;
  /** Entries that could not be understood and were left out. */
  readonly damaged: number;
}

export type OpenedJournal =
  | { readonly type: "opened"; readonly file: JournalFile }
  /** Another process has it open. */
  | { readonly type: "locked" }
  | { readonly type: "unusable"; readonly reason: string };

/** Opens the journal in a directory, or begins one with `newOrigin`. */
export async function openJournalFile(directory: string, newOrigin: Origin): Promise<OpenedJournal> {
  const level = new ClassicLevel(directory);
  try {
    await level.open();
    const known = await level.get("origin");
    if (known !== undefined && isOrigin(known)) {
      const isCopy = await isMoved(level, directory, known);
      return { type: "opened", file: { level, origin: known, isCopy, ...(await load(level)) } };
    }
    await level.put("origin", newOrigin, { sync: true });
    await isMoved(level, directory, newOrigin);
    return {
      type: "opened",
      file: { level, origin: newOrigin, isCopy: false, snapshot: undefined, damaged: 0 },
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (isRecord(cause) && cause["code"] === "LEVEL_LOCKED") return { type: "locked" };
    return { type: "unusable", reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

/**
 * Whether this origin began in another directory: a copy has another inode. Noted for an origin once, so a region
 * that was stopped before it took a new origin is told again. A false alarm costs no more than a new origin.
 */
async function isMoved(level: ClassicLevel, directory: string, origin: Origin): Promise<boolean> {
  const { ino } = await stat(directory, { bigint: true });
  const noted = await level.get("home");
  if (noted?.startsWith(`${origin} `) === true) return noted !== `${origin} ${ino}`;
  await level.put("home", `${origin} ${ino}`, { sync: true });
  return false;
}

/** Reads all of it. Every entry is checked like a row of the store: a damaged one is left out, and counted. */
async function load(level: ClassicLevel): Promise<Pick<JournalFile, "snapshot" | "damaged">> {
  const reading = new SnapshotReading();
  for await (const [key, text] of level.iterator()) reading.read(key, parseJson(text));
  return { snapshot: reading.snapshot(), damaged: reading.damaged };
}

class SnapshotReading {
  damaged = 0;
  #own: OwnRecord | undefined;
  #told: SlotsRecord | undefined;
  #since: Since | undefined;
  #proven: Proven | undefined;
  #wholeAfter: Vector | undefined;
  #knownFrom: Vector | undefined;
  readonly #messages: Message[] = [];
  readonly #waiting = new Map<string, unknown>();
  readonly #deleted: { room: Room; order: OrderKey }[] = [];
  readonly #blanks: { room: Room; order: OrderKey }[] = [];
  readonly #floors: { room: Room; floor: string }[] = [];
  readonly #slots: SlotsRecord[] = [];
  readonly #beacons: Beacon[] = [];

  read(key: string, value: unknown): void {
    const slash = key.indexOf("/");
    const kind = slash === -1 ? key : key.slice(0, slash);
    if (!this.#take(kind, key.slice(slash + 1), value)) this.damaged++;
  }

  /** Nothing without the region's own place: it is written with the very first record. */
  snapshot(): Snapshot | undefined {
    if (this.#own === undefined) return undefined;
    const voids = [...this.#waiting]
      .filter(([, what]) => what === "void")
      .flatMap(([id]) => parseMessageId(id) ?? []);
    return {
      own: this.#own,
      told: this.#told,
      // A bookmark is worth nothing without it: then the region joins anew.
      since: this.#wholeAfter === undefined ? undefined : this.#since,
      proven: this.#proven,
      wholeAfter: this.#wholeAfter,
      knownFrom: this.#knownFrom,
      messages: this.#messages.map((message) => ({
        message,
        isWaiting: this.#waiting.get(`${message.room}:${message.order}`) === "message",
      })),
      voids,
      deleted: this.#deleted,
      blanks: this.#blanks,
      floors: this.#floors,
      slots: this.#slots,
      beacons: this.#beacons,
    };
  }

  #take(kind: string, name: string, value: unknown): boolean {
    switch (kind) {
      case "origin":
      case "home":
        return true;
      case "whole":
        return isDefined((this.#wholeAfter = parseVector(value)));
      case "known":
        return isDefined((this.#knownFrom = parseVector(value)));
      case "own":
        return isDefined((this.#own = parseOwn(value)));
      case "told":
        return isDefined((this.#told = parseSlots(value)));
      case "since":
        if (typeof value !== "string") return false;
        this.#since = branded<Since>(value);
        return true;
      case "proven":
        return isDefined((this.#proven = parseProven(value)));
      case "message":
        return keep(this.#messages, parseKept(name, value));
      case "waiting":
        this.#waiting.set(name, value);
        return true;
      case "deleted":
        return keep(this.#deleted, parseMessageId(name));
      case "blank":
        return keep(this.#blanks, parseMessageId(name));
      case "floor":
        return keep(
          this.#floors,
          isRoom(name) && typeof value === "string" ? { room: name, floor: value } : undefined,
        );
      case "slots":
        return keep(this.#slots, parseSlotsOf(name, value));
      case "beacon":
        return keep(this.#beacons, parseBeacon(...beaconOf(value)));
      default:
        return false;
    }
  }
}

function keep<T>(list: T[], item: T | undefined): boolean {
  if (item !== undefined) list.push(item);
  return item !== undefined;
}

function isDefined(value: unknown): boolean {
  return value !== undefined;
}

function parseKept(id: string, value: unknown): Message | undefined {
  const slot = parseMessageId(id);
  const message = slot === undefined ? undefined : parseMessage(slot.room, slot.order, value);
  if (message === undefined || !isRecord(value) || value["retold"] !== true) return message;
  return { ...message, isRetold: true };
}

/** Beacons are kept as values; the store's form has a kind and an id besides. */
function beaconOf(value: unknown): [id: string, document: unknown] {
  if (!isRecord(value) || typeof value["origin"] !== "string" || !isOrigin(value["origin"]))
    return ["", undefined];
  return [beaconId(value["origin"]), { ...value, kind: "region" }];
}

function parseOwn(value: unknown): OwnRecord | undefined {
  if (!isRecord(value)) return undefined;
  const { born, n, stamp } = value;
  if (!isStampText(born) || !isSlot(n) || !isStampText(stamp) || !Array.isArray(value["nonces"]))
    return undefined;
  const list: unknown[] = value["nonces"];
  const nonces = list.filter((nonce) => typeof nonce === "string");
  const announced = nonces.find((nonce) => nonce === value["announced"]);
  return { born, n, stamp, nonces, announced };
}

function parseProven(value: unknown): Proven | undefined {
  if (!isRecord(value)) return undefined;
  const { nonce, at, since } = value;
  if (typeof nonce !== "string" || typeof at !== "number" || typeof since !== "string") return undefined;
  return { nonce, at, since: branded<Since>(since) };
}

function parseVector(value: unknown): Vector | undefined {
  if (!Array.isArray(value)) return undefined;
  const seen = new Map<Origin8, Stamp>();
  const pairs: unknown[] = value;
  for (const pair of pairs) {
    const [origin8, stamp]: unknown[] = Array.isArray(pair) ? pair : [];
    if (typeof origin8 !== "string" || !isOrigin8(origin8) || !isStampText(stamp)) return undefined;
    seen.set(origin8, stamp);
  }
  return { seen };
}

function parseSlots(value: unknown): SlotsRecord | undefined {
  if (!isRecord(value)) return undefined;
  const { origin8, n, stamp, beyond } = value;
  if (typeof origin8 !== "string" || !isOrigin8(origin8) || !isSlot(n) || !isStampText(stamp))
    return undefined;
  if (!Array.isArray(beyond)) return undefined;
  const pairs = beyond.flatMap((pair: unknown): [number, Stamp][] => {
    const [slot, at]: unknown[] = Array.isArray(pair) ? pair : [];
    return isSlot(slot) && slot > n && isStampText(at) ? [[slot, at]] : [];
  });
  return pairs.length === beyond.length ? { origin8, n, stamp, beyond: pairs } : undefined;
}

function parseSlotsOf(origin8: string, value: unknown): SlotsRecord | undefined {
  const slots = parseSlots(value);
  return slots?.origin8 === origin8 ? slots : undefined;
}

function isStampText(value: unknown): value is Stamp {
  return typeof value === "string" && isStamp(value);
}

function isSlot(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
