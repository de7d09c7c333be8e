import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import type { Since } from "../../../sync/store.ts";
import { chanceOf } from "../../sync/chance.ts";
import type { Answered, Line } from "../../couchdb/embedded/replay.ts";
import { writeBookmark, type Place } from "./bookmark.ts";
import { Cluster } from "./cluster.ts";
import type { Database, Snapshot } from "./database.ts";
import { HttpFace } from "./http-face.ts";
import type { HttpFeed, Reply } from "./http-question.ts";
import { parseRecordedSeq } from "./recorded-seq.ts";
import { replicateAll } from "./replication.ts";

/** A line of a recording, with what the others that replay it do not need. */
export interface Recorded extends Line {
  readonly at_ms?: number;
  /** Counted from 1. */
  readonly node?: number;
  readonly fault?: string;
}

/** What was recorded and what the model says. */
export interface Turn {
  readonly step: number;
  readonly path: string;
  readonly recorded: Answered;
  readonly now: Answered | { readonly declined: string };
  /** Only its length and its hash were recorded, or nothing. */
  readonly isBodiless: boolean;
}

/** How long a cluster counts on a node that says nothing. */
const NOTICED_MS = 70_000;
const RECORDED_SEQ = /(?<![0-9a-z])(?:\d+-)?g[12][A-Za-z0-9_-]{20,}/g;
const NO_FILE = "00000000";
/** An id the server made up, and not the hash of a revision. */
const MADE_UP = /(?<![-0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g;

export function readConversation(file: string): Recorded[] {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line): Recorded => JSON.parse(line));
}

/**
 * Leads a recorded conversation with the model: the same requests and deeds in the same order, one at a time. The
 * copies of a cluster are in step after each; what is chance there is left to whoever compares.
 */
export class Conversation {
  readonly turns: Turn[] = [];
  readonly #cluster: Cluster;
  readonly #face: HttpFace;
  readonly #bound = new Map<string, string>();
  readonly #feeds = new Map<number, { readonly line: Recorded; readonly feed: HttpFeed }>();
  #database: Database | undefined;
  #snapshot: Snapshot | undefined;
  readonly #pausedAtMs = new Map<number, number>();
  /** What the only server was asked while it was paused. */
  #waiting: Recorded[] = [];

  constructor(nodes: number) {
    this.#cluster = new Cluster(chanceOf(1), { nodes, checkpointShare: 0 });
    this.#face = new HttpFace(this.#cluster);
  }

  lead(lines: readonly Recorded[]): Turn[] {
    for (const line of lines) {
      for (const step of this.#feeds.keys())
        if (isOverBefore(this.#feeds.get(step)?.line, line)) this.#close(step);
      for (const [node, atMs] of this.#pausedAtMs) {
        if ((line.at_ms ?? 0) - atMs > NOTICED_MS) this.#cluster.notice(node);
      }
      if (line.fault !== undefined) this.#do(line.fault, line.at_ms ?? 0);
      if (line.close !== undefined) this.#close(line.close);
      if (line.request !== undefined && line.request.raw === undefined) this.#receive(line);
      this.#pass();
    }
    for (const step of this.#feeds.keys()) this.#close(step);
    return this.turns.sort((one, other) => one.step - other.step);
  }

  /** Time for the copies to tell each other, and for feeds to bring what they have. */
  #pass(): void {
    for (const database of this.#face.databases) {
      this.#cluster.database = database;
      replicateAll(this.#cluster);
    }
    for (const { feed } of this.#feeds.values()) feed.look();
  }

  /** A paused server reads what it was sent when it goes on, whether somebody waits for it or not. */
  #receive(line: Recorded): void {
    const isPaused = this.#cluster.nodes.every(({ state }) => state === "paused");
    if (isPaused) this.#waiting.push(line);
    else this.#ask(line);
  }

  #ask(line: Recorded, hasGivenUp = false): void {
    const { method = "", path = "", headers = {} } = line.request ?? {};
    const node = (line.node ?? 1) - 1;
    const body = bodyOf(line);
    this.#database = this.#face.databaseAt(path);
    const bound = (text: string) => this.#replaced(text);
    const reply = this.#face.ask({
      node,
      method,
      path: bound(path),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, bound(value)])),
      body: body === undefined ? undefined : bound(body),
    });
    this.#database = this.#face.databaseAt(path);
    if (hasGivenUp) this.#settle(line, { type: "silence" });
    else if (reply.type === "following") {
      reply.feed.look();
      this.#feeds.set(line.step, { line, feed: reply.feed });
    } else this.#settle(line, reply);
  }

  #close(step: number): void {
    const open = this.#feeds.get(step);
    if (open === undefined) return;
    this.#feeds.delete(step);
    if (open.line.response?.end?.by.startsWith("server")) open.feed.end();
    this.#settle(open.line, { type: "answered", status: 200, text: open.feed.text });
  }

  #settle(line: Recorded, reply: Reply): void {
    const { response, request, step } = line;
    const text = response?.chunks?.map((chunk) => chunk.text).join("") ?? response?.body ?? "";
    const recorded = { status: response?.status ?? 0, headers: response?.headers ?? {}, text };
    const path = `${request?.method} ${request?.path}`;
    this.turns.push({ step, path, recorded, now: said(reply), isBodiless: text === "" });
    if (reply.type === "answered") this.#bind(text, reply.text);
  }

  /** Files and made-up ids by first appearance: that one there is this one here. */
  #bind(recorded: string, now: string): void {
    for (const [packed] of recorded.matchAll(RECORDED_SEQ)) this.#fileOf(packed);
    const made = now.match(MADE_UP) ?? [];
    for (const [place, id] of (recorded.match(MADE_UP) ?? []).entries()) {
      const value = made[place];
      if (value !== undefined && !this.#bound.has(id)) this.#bound.set(id, value);
    }
  }

  #replaced(text: string): string {
    return text
      .replaceAll(RECORDED_SEQ, (packed) => this.#fileOf(packed) ?? packed)
      .replaceAll(MADE_UP, (id) => this.#bound.get(id) ?? id);
  }

  /** A recorded bookmark as one of the model's: the same places in the files that stand for those. */
  #fileOf(packed: string): Since | undefined {
    const places = parseRecordedSeq(packed.replace(/^\d*-?/, ""));
    const { shards = [] } = this.#database ?? {};
    const bookmark = places?.map(({ node, begin, seq, uuid }): Place => {
      const copies = shards[Math.round((begin / 2 ** 32) * shards.length)];
      const here = copies?.find((copy) => copy.node === node)?.uuid ?? NO_FILE;
      const file = this.#bound.get(uuid) ?? here;
      if (uuid !== "") this.#bound.set(uuid, file);
      return { node, uuid: file, seq };
    });
    return bookmark && writeBookmark(bookmark);
  }

  #do(fault: string, atMs: number): void {
    const cluster = this.#cluster;
    const nodes = [...fault.matchAll(/nodes? (\d)(?: and (\d))?/g)].flatMap(([, ...digits]) =>
      digits.map(Number),
    );
    const named = nodes.filter((node) => node > 0).map((node) => node - 1);
    const [place = 0] = named;
    if (fault.startsWith("copy of")) this.#snapshot = this.#database?.snapshot();
    if (fault.startsWith("kill -9")) cluster.kill(place);
    if (fault.includes("are removed")) this.#database?.wipe(place);
    if (/put back|replaced by its copy/.test(fault) && this.#snapshot !== undefined) {
      const part = fault.includes("shard file") ? { shard: 0 } : named.length > 0 ? { node: place } : {};
      this.#database?.restore(this.#snapshot, part);
    }
    if (/start(ed again)?$|started again, both at once$/.test(fault)) {
      for (const node of named.length > 0 ? named : [0]) cluster.start(node);
    }
    if (fault.startsWith("SIGSTOP")) {
      cluster.pause(place);
      this.#pausedAtMs.set(place, atMs);
    }
    if (fault.startsWith("SIGCONT")) {
      cluster.resume(place);
      this.#pausedAtMs.delete(place);
      for (const line of this.#waiting.splice(0)) this.#ask(line, line.response?.status === 0);
    }
    if (fault.startsWith("partition:")) cluster.split([2]);
    if (fault.includes("heals")) cluster.heal();
  }
}

function said(reply: Reply): Turn["now"] {
  if (reply.type === "declined") return { declined: reply.reason };
  if (reply.type === "answered") return { status: reply.status, headers: {}, text: reply.text };
  return { status: 0, headers: {}, text: "" };
}

function isOverBefore(feed: Recorded | undefined, line: Recorded): boolean {
  const end = feed?.response?.end;
  return end !== undefined && !end.by.startsWith("client") && end.after < line.step;
}

function bodyOf({ request }: Recorded): string | undefined {
  const { body, body_base64: base64, body_gen: generated } = request ?? {};
  if (generated !== undefined) {
    return generated.prefix + generated.repeat.repeat(generated.times) + generated.suffix;
  }
  if (base64 === undefined) return body;
  const bytes = Buffer.from(base64, "base64");
  return isUtf8(bytes) ? bytes.toString("utf8") : "";
}
