import { createHash } from "node:crypto";
import { isRecord } from "../../../sync/json.ts";
import { termBytes } from "./erlang.ts";

/** What a revision says: the document's members without `_id` and the like, as JSON text. */
export interface Content {
  readonly text: string;
  readonly isDeleted: boolean;
}

/** The ancestors of revisions that came from elsewhere are known by name only. */
const UNKNOWN: Content = { text: "{}", isDeleted: false };
const HASH = /^[0-9a-f]{32}$/;
const NAME = /^(\d{1,15})-(.*)$/s;

/**
 * One state of a document, never changed. Its name, `<generation>-<hash>`, is a function of what it says and of
 * its parent, so it is worked out only when somebody wants it: most messages are stored and read by many, and
 * their hash asked for once.
 */
export class Revision {
  readonly generation: number;
  readonly parent: Revision | undefined;
  readonly text: string;
  readonly isDeleted: boolean;
  #hash: string | undefined;
  #document: unknown;

  constructor({ text, isDeleted }: Content, parent?: Revision, name?: Name) {
    this.text = text;
    this.isDeleted = isDeleted;
    this.parent = parent;
    this.generation = name?.generation ?? (parent?.generation ?? 0) + 1;
    this.#hash = name?.hash;
  }

  get hash(): string {
    this.#hash ??= hashOf(this);
    return this.#hash;
  }

  get name(): string {
    return `${this.generation}-${this.hash}`;
  }

  isSame(other: Revision): boolean {
    return this === other || (this.generation === other.generation && this.hash === other.hash);
  }

  /** Whether this one is the other or comes after it. */
  descendsFrom(other: Revision): boolean {
    if (this.generation <= other.generation) return this.isSame(other);
    let each = this.parent;
    while (each !== undefined && each.generation > other.generation) each = each.parent;
    return each?.isSame(other) === true;
  }

  /** As readers get it, frozen: every region is shown the same object. */
  document(id: string): object {
    if (isRecord(this.#document) && this.#document["_id"] === id) return this.#document;
    const body: unknown = JSON.parse(this.text);
    const mark = this.isDeleted ? { _deleted: true } : {};
    const document = frozen({ _id: id, _rev: this.name, ...(isRecord(body) ? body : {}), ...mark });
    this.#document = document;
    return document;
  }
}

export interface Name {
  readonly generation: number;
  readonly hash: string;
}

export function parseName(text: unknown): Name | undefined {
  const parts = typeof text === "string" ? NAME.exec(text) : null;
  if (parts === null) return undefined;
  const [, generation, hash = ""] = parts;
  return { generation: Number(generation), hash: /^[0-9a-f]{32}$/i.test(hash) ? hash.toLowerCase() : hash };
}

/** A revision nobody here has seen the text of, and its ancestors (hashes, the newest first). */
export function unknownRevision(name: Name, ancestors: readonly string[] = []): Revision {
  const [hash, ...older] = ancestors;
  const generation = name.generation - 1;
  const parent = hash === undefined ? undefined : unknownRevision({ generation, hash }, older);
  return new Revision(UNKNOWN, parent, name);
}

function hashOf({ text, isDeleted, parent }: Revision): string {
  const parentHash = parent === undefined ? 0 : hashBytes(parent.hash);
  const term = [isDeleted, parent?.generation ?? 0, parentHash, { json: JSON.parse(text) }, []];
  return createHash("md5").update(termBytes(term)).digest("hex");
}

/** A hash of 32 digits is 16 bytes to CouchDB, any other text stands for itself. */
function hashBytes(hash: string): Buffer {
  return HASH.test(hash) ? Buffer.from(hash, "hex") : Buffer.from(hash);
}

function frozen<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === "object" && member !== null) frozen(member);
  }
  return Object.freeze(value);
}
