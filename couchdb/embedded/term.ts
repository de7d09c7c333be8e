/**
 * Erlang's external term format (erlang.org/doc/apps/erts/erl_ext_dist), as far as JSON needs it: CouchDB names a
 * revision by the MD5 of its content in this format, so writing it gives the same revisions as a real server.
 * Exact for all JSON but what `JSON.parse` already changed: `1.0` counts as `1`, integers beyond 2^53 as floats.
 */

/** Deeper documents are refused: `JSON.stringify` gives up at about 4,250. */
const MAX_DEPTH = 3500;
export const LONE_SURROGATE = /\p{Surrogate}/u;
const encoder = new TextEncoder();

type Member = readonly [name: string, value: unknown];

/** What is still to be written. */
type Piece =
  | { readonly type: "members"; readonly members: readonly Member[]; readonly depth: number }
  | ValuePiece
  | { readonly type: "end" };

interface ValuePiece {
  readonly type: "value";
  /** Undefined in a list. */
  readonly name: string | undefined;
  readonly value: unknown;
  readonly depth: number;
}

export class TermWriter {
  #bytes = new Uint8Array(512);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** The bytes written so far, as a copy. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The version byte, 131, and the head of a list; `listEnd` closes it. */
  documentList(length: number): void {
    this.#byte(131);
    this.#list(length);
  }

  listEnd(): void {
    this.#byte(106);
  }

  atom(name: string): void {
    this.#byte(100);
    this.#reserve(2 + name.length);
    this.#view.setUint16(this.#length, name.length);
    this.#length += 2;
    this.raw(encoder.encode(name));
  }

  binary(bytes: Uint8Array): void {
    this.#byte(109);
    this.#uint32(bytes.length);
    this.raw(bytes);
  }

  integer(value: number): void {
    if (value >= 0 && value <= 255) {
      this.#byte(97);
      this.#byte(value);
    } else if (value === (value | 0)) {
      this.#byte(98);
      this.#uint32(value);
    } else {
      this.#bigInteger(value);
    }
  }

  /**
   * An object: `{[{Name, Value}, …]}`. False when no CouchDB would take it: a lone surrogate, a number beyond a
   * double; or when it is too deep. Without recursion, so that depth costs no stack.
   */
  members(members: readonly Member[]): boolean {
    const rest: Piece[] = [{ type: "members", members, depth: 0 }];
    for (let piece = rest.pop(); piece; piece = rest.pop()) {
      if (piece.type === "end") this.listEnd();
      else if (piece.depth > MAX_DEPTH) return false;
      else if (piece.type === "members") this.#object(piece.members, piece.depth, rest);
      else if (!this.#member(piece, rest)) return false;
    }
    return true;
  }

  #object(members: readonly Member[], depth: number, rest: Piece[]): void {
    this.#tuple(1);
    if (members.length > 0) this.#list(members.length);
    rest.push({ type: "end" });
    for (const [name, value] of members.toReversed())
      rest.push({ type: "value", name, value, depth: depth + 1 });
  }

  #member({ name, value, depth }: ValuePiece, rest: Piece[]): boolean {
    if (name !== undefined) {
      this.#tuple(2);
      if (!this.#text(name)) return false;
    }
    if (typeof value === "string") return this.#text(value);
    if (typeof value === "number") return this.#number(value);
    if (Array.isArray(value)) this.#array(value, depth, rest);
    else if (typeof value === "object" && value !== null) this.#object(Object.entries(value), depth, rest);
    else this.atom(String(value));
    return true;
  }

  /** A list of small integers is written as a string, as Erlang does. */
  #array(items: readonly unknown[], depth: number, rest: Piece[]): void {
    if (items.length > 0 && items.length <= 0xffff && items.every(isByte)) {
      this.#byte(107);
      this.#byte(items.length >>> 8);
      this.#byte(items.length & 255);
      this.raw(Uint8Array.from(items, Number));
      return;
    }
    if (items.length > 0) this.#list(items.length);
    rest.push({ type: "end" });
    for (const value of items.toReversed())
      rest.push({ type: "value", name: undefined, value, depth: depth + 1 });
  }

  #text(text: string): boolean {
    if (LONE_SURROGATE.test(text)) return false;
    this.#byte(109);
    this.#reserve(4 + text.length * 3);
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(this.#length + 4));
    this.#view.setUint32(this.#length, written);
    this.#length += 4 + written;
    return true;
  }

  #number(value: number): boolean {
    if (Number.isSafeInteger(value)) {
      this.integer(value);
      return true;
    }
    if (!Number.isFinite(value)) return false;
    this.#byte(70);
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value);
    this.#length += 8;
    return true;
  }

  #bigInteger(value: number): void {
    const digits: number[] = [];
    for (let rest = Math.abs(value); rest > 0; rest = Math.floor(rest / 256)) digits.push(rest % 256);
    this.#byte(110);
    this.#byte(digits.length);
    this.#byte(value < 0 ? 1 : 0);
    this.raw(Uint8Array.from(digits));
  }

  #list(length: number): void {
    this.#byte(108);
    this.#uint32(length);
  }

  #tuple(arity: number): void {
    this.#byte(104);
    this.#byte(arity);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  #uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

function isByte(item: unknown): boolean {
  return Number.isInteger(item) && Number(item) >= 0 && Number(item) <= 255;
}
