/**
 * Erlang's external term format, as much of it as a revision's hash needs: CouchDB names a revision by the MD5 of
 * `term_to_binary([Deleted, ParentGeneration, ParentHash, Body, []])`, so equal writes get equal names anywhere.
 */
export type Term = boolean | number | Buffer | Json | readonly Term[];
type Json = { readonly json: unknown };

const VERSION = 131;
const NEW_FLOAT = 70;
const SMALL_INTEGER = 97;
const INTEGER = 98;
const ATOM = 100;
const SMALL_TUPLE = 104;
const NIL = 106;
const STRING = 107;
const LIST = 108;
const BINARY = 109;
const SMALL_BIG = 110;

export function termBytes(term: Term): Buffer {
  const out = new Bytes();
  out.byte(VERSION);
  writeTerm(out, term);
  return out.taken();
}

function writeTerm(out: Bytes, term: Term): void {
  if (typeof term === "boolean") writeAtom(out, String(term));
  else if (typeof term === "number") writeNumber(out, term);
  else if (Buffer.isBuffer(term)) writeBinary(out, term);
  else if ("json" in term) writeJson(out, term.json);
  else {
    out.list(term.length);
    for (const item of term) writeTerm(out, item);
    out.byte(NIL);
  }
}

/**
 * As jiffy decodes it: an object is a tuple of one list of pairs, a text is a binary. One frame of the stack for
 * each level, because CouchDB takes documents nested thousands deep.
 */
function writeJson(out: Bytes, json: unknown): void {
  if (typeof json === "string") return out.text(json);
  if (typeof json === "number") return writeNumber(out, json);
  if (typeof json !== "object" || json === null) return writeAtom(out, String(json));
  if (Array.isArray(json)) {
    const items: readonly unknown[] = json;
    if (isText(items)) return writeText(out, items);
    out.list(items.length);
    for (const item of items) writeJson(out, item);
  } else {
    out.tuple(1);
    const members = Object.entries(json);
    out.list(members.length);
    for (const [name, member] of members) {
      out.tuple(2);
      out.text(name);
      writeJson(out, member);
    }
  }
  out.byte(NIL);
}

/** Erlang takes a list of small numbers for a text. */
function isText(items: readonly unknown[]): items is readonly number[] {
  return items.length > 0 && items.length <= 65_535 && items.every(isByte);
}

function writeText(out: Bytes, bytes: readonly number[]): void {
  out.byte(STRING);
  out.byte(bytes.length >>> 8);
  out.byte(bytes.length & 255);
  for (const byte of bytes) out.byte(byte);
}

function isByte(item: unknown): item is number {
  return typeof item === "number" && Number.isInteger(item) && item >= 0 && item < 256;
}

function writeAtom(out: Bytes, name: string): void {
  out.byte(ATOM);
  out.byte(0);
  out.byte(name.length);
  out.ascii(name);
}

function writeBinary(out: Bytes, bytes: Buffer): void {
  out.byte(BINARY);
  out.uint32(bytes.length);
  for (const byte of bytes) out.byte(byte);
}

/** JSON.parse no longer tells 1.0 from 1: a whole number is an integer here. */
function writeNumber(out: Bytes, number: number): void {
  if (!Number.isInteger(number) || Math.abs(number) >= 1e21) {
    out.byte(NEW_FLOAT);
    out.double(number);
  } else if (isByte(number)) {
    out.byte(SMALL_INTEGER);
    out.byte(number);
  } else if (number === (number | 0)) {
    out.byte(INTEGER);
    out.uint32(number >>> 0);
  } else writeBig(out, BigInt(number));
}

/** Sign and magnitude, the least significant byte first. */
function writeBig(out: Bytes, number: bigint): void {
  const bytes: number[] = [];
  for (let rest = number < 0n ? -number : number; rest > 0n; rest >>= 8n) bytes.push(Number(rest & 255n));
  out.byte(SMALL_BIG);
  out.byte(bytes.length);
  out.byte(number < 0n ? 1 : 0);
  for (const byte of bytes) out.byte(byte);
}

/** A buffer that grows. */
class Bytes {
  #buffer = Buffer.allocUnsafe(1_024);
  #length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32BE(value, this.#length);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleBE(value, this.#length);
  }

  tuple(arity: number): void {
    this.byte(SMALL_TUPLE);
    this.byte(arity);
  }

  /** Its items and a NIL follow. An empty one is the NIL alone. */
  list(length: number): void {
    if (length === 0) return;
    this.byte(LIST);
    this.uint32(length);
  }

  ascii(text: string): void {
    this.#reserve(text.length);
    this.#length += this.#buffer.write(text, this.#length, "latin1");
  }

  /** A binary of the text's UTF-8 bytes. */
  text(text: string): void {
    this.#reserve(text.length * 3 + 5);
    const bytes = this.#buffer.write(text, this.#length + 5, "utf8");
    this.byte(BINARY);
    this.uint32(bytes);
    this.#length += bytes;
  }

  taken(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe((this.#length + bytes) * 2);
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
