import type { Beacon, SigningKey } from "../../sync/beacon.ts";
import { beaconDocument } from "../../sync/beacon.ts";
import type { Row } from "../../sync/store.ts";
import { NOON_MS, stampAt, THERE } from "./names.ts";

export const KEY: SigningKey = { kty: "OKP", crv: "Ed25519", x: "x".repeat(43) };

export function beaconOf(changed: Partial<Beacon> = {}): Beacon {
  return {
    origin: THERE,
    name: "eu",
    url: "http://eu.example",
    n: 0,
    born: stampAt(0),
    nonce: "00000001",
    at: NOON_MS,
    version: "1",
    key: KEY,
    connections: 0,
    capacity: 100,
    seen: {},
    missing: {},
    digests: [],
    here: [],
    retired: false,
    ...changed,
  };
}

export function beaconRow(changed: Partial<Beacon> = {}): Row {
  const document = beaconDocument(beaconOf(changed));
  return { id: document._id, document };
}
