import { createPrivateKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { SigningKey } from "../sync/beacon.ts";
import { isRecord } from "../sync/json.ts";

/** The region's Ed25519 key pair, with which it signs its tokens. The public half goes into the beacon. */
export interface SigningKeyPair {
  readonly publicKey: SigningKey;
  readonly privateKey: KeyObject;
}

const FILE = "signing-key.json";

/**
 * The key pair kept in `directory`, or a new one. Without a directory it lives as long as the process: its tokens
 * end with it and clients ask for new ones. A damaged file is replaced, with the same consequence.
 * Throws what the file system throws when the directory cannot be written.
 */
export async function openSigningKey(directory: string | undefined): Promise<SigningKeyPair> {
  if (directory === undefined) return makeKeyPair();
  const path = join(directory, FILE);
  const kept = parseKeyPair(await readFile(path, "utf8").catch(() => ""));
  if (kept !== undefined) return kept;
  const made = makeKeyPair();
  await mkdir(directory, { recursive: true });
  await writeDurably(path, JSON.stringify(made.privateKey.export({ format: "jwk" })));
  return made;
}

function makeKeyPair(): SigningKeyPair {
  const { privateKey } = generateKeyPairSync("ed25519");
  return keyPair(privateKey, privateKey.export({ format: "jwk" }).x ?? "");
}

function keyPair(privateKey: KeyObject, x: string): SigningKeyPair {
  return { publicKey: { kty: "OKP", crv: "Ed25519", x }, privateKey };
}

function parseKeyPair(text: string): SigningKeyPair | undefined {
  try {
    const jwk: unknown = JSON.parse(text);
    if (!isRecord(jwk) || typeof jwk["x"] !== "string" || typeof jwk["d"] !== "string") return undefined;
    const key: JsonWebKey = { kty: "OKP", crv: "Ed25519", x: jwk["x"], d: jwk["d"] };
    return keyPair(createPrivateKey({ key, format: "jwk" }), jwk["x"]);
  } catch {
    return undefined;
  }
}

/** Whole or not at all, and for its owner's eyes only. */
async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
