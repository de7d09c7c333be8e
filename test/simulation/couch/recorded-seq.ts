import { inflateSync } from "node:zlib";

/** One shard's place in a bookmark of a real CouchDB: in which node's file, and how far. */
export interface RecordedPlace {
  /** Counted from 0. */
  readonly node: number;
  /** Where the shard's piece of the ring begins. */
  readonly begin: number;
  readonly seq: number;
  /** The beginning of the file's name; empty when nothing was read from it yet. */
  readonly uuid: string;
}

const VERSION = 131;
const COMPRESSED = 80;
const UNPACKED_AT = 6;

/**
 * What is packed into a bookmark that was recorded (`g1AAAA…`): Erlang's `[{Node, [Begin, End], {Seq, Uuid, Node}}]`.
 * Undefined when it was changed on purpose so that nobody can read it.
 */
export function parseRecordedSeq(packed: string): RecordedPlace[] | undefined {
  try {
    const bytes = Buffer.from(packed, "base64url");
    if (bytes[0] !== VERSION) return undefined;
    const term = bytes[1] === COMPRESSED ? inflateSync(bytes.subarray(UNPACKED_AT)) : bytes.subarray(1);
    const places: RecordedPlace[] = [];
    const reader = new TermReader(term);
    for (let rest = reader.length(); rest > 0; rest--) places.push(readPlace(reader));
    return places;
  } catch {
    return undefined;
  }
}

function readPlace(reader: TermReader): RecordedPlace {
  reader.length();
  const node = Number(/^\D+(\d)@/.exec(reader.text())?.[1]) - 1;
  reader.length();
  const begin = reader.integer();
  reader.integer();
  reader.nil();
  if (reader.isInteger) return { node, begin, seq: reader.integer(), uuid: "" };
  reader.length();
  const seq = reader.integer();
  const uuid = reader.text();
  reader.text();
  return { node, begin, seq, uuid };
}

/** Reads as much of Erlang's term format as a bookmark holds; throws at everything else. */
class TermReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Of a list or a tuple. */
  length(): number {
    const tag = this.#read(1);
    if (tag === 104) return this.#read(1);
    if (tag === 108) return this.#read(4);
    throw new Error("no list and no tuple");
  }

  nil(): void {
    if (this.#read(1) !== 106) throw new Error("no end of a list");
  }

  get isInteger(): boolean {
    return this.#bytes[this.#at] === 97;
  }

  integer(): number {
    const tag = this.#read(1);
    if (tag === 97) return this.#read(1);
    if (tag === 98) return this.#read(4);
    if (tag !== 110) throw new Error("no integer");
    const length = this.#read(1);
    this.#at += 1 + length;
    return this.#bytes.readUIntLE(this.#at - length, length);
  }

  /** An atom or a binary. */
  text(): string {
    const tag = this.#read(1);
    if (tag !== 100 && tag !== 109) throw new Error("no text");
    const length = this.#read(tag === 100 ? 2 : 4);
    this.#at += length;
    return this.#bytes.toString("latin1", this.#at - length, this.#at);
  }

  #read(bytes: number): number {
    this.#at += bytes;
    return this.#bytes.readUIntBE(this.#at - bytes, bytes);
  }
}
