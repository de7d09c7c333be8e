import type { SigningKey } from "../../sync/beacon.ts";

export const KEY: SigningKey = { kty: "OKP", crv: "Ed25519", x: "x".repeat(43) };
