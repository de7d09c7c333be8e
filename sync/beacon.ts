import { isAttendance, type Attendance } from "./attendance.ts";
import { isDigest, type WindowDigest } from "./digest.ts";
import { DIGEST_WINDOWS } from "./limits.ts";
import {
  isOwnKey,
  isOrigin,
  isOrigin8,
  orderParts,
  origin8,
  RESERVED_ROOM,
  type Origin,
  type OwnKey,
} from "./names.ts";
import { isRecord } from "./json.ts";
import { isStamp, type Stamp } from "./stamp.ts";
import type { StoreDocument } from "./store.ts";
import { isName } from "./text.ts";

/** An Ed25519 public key as JWK (RFC 8037), by which the other regions know this one's tokens. */
export interface SigningKey {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
}

/** The small document each origin rewrites so that the others know it. */
export interface Beacon {
  readonly origin: Origin;
  readonly name: string;
  readonly url: string;
  /** All slots 1 … n of this origin are in the store; `order` is the own key of slot n (absent for 0). */
  readonly n: number;
  readonly order?: OwnKey;
  /** When this origin began: no message of it is older. */
  readonly born: Stamp;
  /** Another one at each start, to tell two processes with one origin from one that restarted. */
  readonly nonce: string;
  /** Wall clock in milliseconds, for display. */
  readonly at: number;
  readonly version: string;
  readonly key: SigningKey;
  readonly connections: number;
  readonly capacity: number;
  /** Per origin (its first 8 digits) how many slots it has seen without a hole. */
  readonly seen: Readonly<Record<string, number>>;
  /** The first slot it lacks, per origin of whose slots it could not find one in the store. */
  readonly missing: Readonly<Record<string, number>>;
  /** What it shows of the newest closed windows of time. */
  readonly digests: readonly WindowDigest[];
  /** Names of people who read here, by room. */
  readonly here: readonly Attendance[];
  /** It said goodbye. */
  readonly retired: boolean;
}

/** Pages make links of it, so it leads to a web server or, before that is known, nowhere. */
const URL = /^(https?:\/\/\S{1,290})?$/;
const PREFIX = `${RESERVED_ROOM}:`;
/** The range of ids that holds all beacons. */
export const BEACONS = { from: PREFIX, to: `${PREFIX}~` } as const;

export function beaconId(origin: Origin): string {
  return PREFIX + origin;
}

export function isBeaconId(id: string): boolean {
  return id.startsWith(PREFIX);
}

export function beaconDocument(beacon: Beacon): StoreDocument {
  return { _id: beaconId(beacon.origin), kind: "region", v: 1, ...beacon };
}

/** The beacon in a document of the store, or undefined when it is none we understand. Unknown fields are ignored. */
export function parseBeacon(id: string, document: unknown): Beacon | undefined {
  if (!isRecord(document) || document["kind"] !== "region") return undefined;
  const { origin, name, url, n, order, born, nonce, at, version, key, connections, capacity, seen, here } =
    document;
  if (typeof origin !== "string" || !isOrigin(origin) || id !== beaconId(origin)) return undefined;
  if (typeof name !== "string" || !isName(name) || typeof url !== "string" || !URL.test(url))
    return undefined;
  if (!isCount(n) || !isCount(at) || !isCount(connections) || !isCount(capacity)) return undefined;
  if (typeof born !== "string" || !isStamp(born)) return undefined;
  if (typeof nonce !== "string" || nonce.length > 64 || typeof version !== "string" || version.length > 64)
    return undefined;
  if (!isSigningKey(key) || !isRecord(seen) || !isAttendance(here)) return undefined;
  const body = { origin, name, url, n, born, nonce, at, version, key, connections, capacity, here };
  const rest = {
    seen: counts(seen),
    missing: isRecord(document["missing"]) ? counts(document["missing"]) : {},
    digests: digests(document["digests"]),
    retired: document["retired"] === true,
  };
  if (n === 0) return { ...body, ...rest };
  return isOrderOf(order, origin, n) ? { ...body, ...rest, order } : undefined;
}

function isOrderOf(order: unknown, origin: Origin, n: number): order is OwnKey {
  if (typeof order !== "string" || !isOwnKey(order)) return false;
  const parts = orderParts(order);
  return parts.origin8 === origin8(origin) && parts.n === n;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isSigningKey(value: unknown): value is SigningKey {
  return (
    isRecord(value) &&
    value["kty"] === "OKP" &&
    value["crv"] === "Ed25519" &&
    typeof value["x"] === "string" &&
    /^[A-Za-z0-9_-]{43}$/.test(value["x"])
  );
}

/** Of a version before digests there are none. */
function digests(value: unknown): WindowDigest[] {
  const list: unknown[] = Array.isArray(value) ? value.slice(0, DIGEST_WINDOWS) : [];
  return list.flatMap((one) => {
    if (!isRecord(one)) return [];
    const { from, messages, digest } = one;
    if (!isCount(from) || !isCount(messages) || typeof digest !== "string" || !isDigest(digest)) return [];
    return [{ from, messages, digest }];
  });
}

function counts(seen: Readonly<Record<string, unknown>>): Record<string, number> {
  const clean: Record<string, number> = {};
  for (const [origin, n] of Object.entries(seen)) {
    if (isOrigin8(origin) && isCount(n)) clean[origin] = n;
  }
  return clean;
}
