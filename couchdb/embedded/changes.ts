import type { ServerResponse } from "node:http";
import type { Database } from "./engine.ts";
import { HEAD, readInteger, unknownParameter, type Exchange, type Reply } from "./exchange.ts";
import { follow, type Follower } from "./feed.ts";
import type { Row } from "./records.ts";
import { badRequest, notImplemented, type Refusal } from "./refusal.ts";
import { formatSeq, parseSince } from "./sequence.ts";
import { documentText } from "./text.ts";
import { leafName } from "./tree.ts";

/** What a request of the feed asks for. */
interface Question {
  readonly type: "question";
  /** `normal` ends with what is there, `longpoll` with the first row that comes, `continuous` never. */
  readonly feed: "normal" | "longpoll" | "continuous";
  readonly after: number;
  readonly limit: number;
  readonly documents: boolean;
  /** `_conflicts` in the documents. */
  readonly conflicts: boolean;
  /** All leaves in a row's `changes`, not the winner alone. */
  readonly allLeaves: boolean;
  /** How often an empty line is sent. Undefined: never, and the feed ends after `timeoutMs` without a row. */
  readonly heartbeatMs: number | undefined;
  readonly timeoutMs: number;
}

/** Default and greatest value of both timers; a larger one is cut. */
const MAX_WAIT_MS = 60_000;
/** What may wait for a client to read it before its feed falls behind to the disk. */
const MAX_UNSENT_BYTES = 1_000_000;
const KNOWN = ["feed", "since", "limit", "include_docs", "conflicts", "style", "heartbeat", "timeout"];

/** `/db/_changes`. */
export function changes({ query, response }: Exchange, database: Database): Reply {
  const question = readQuestion(query, database);
  if (question.type === "refused") return question;
  new Changes(response, database, question).start();
  return { type: "streamed" };
}

function readQuestion(query: URLSearchParams, database: Database): Question | Refusal {
  const unknown = unknownParameter(query, KNOWN);
  if (unknown !== undefined) return notImplemented(`_changes with ${unknown}`);
  const feed = query.get("feed") ?? "normal";
  if (feed !== "normal" && feed !== "longpoll" && feed !== "continuous")
    return notImplemented(`feed=${feed}`);
  const { life, counts } = database;
  const after = parseSince(query.get("since") ?? "0", { life, updateSeq: counts.updateSeq });
  if (after === undefined) return badRequest("Malformed sequence supplied in 'since' parameter.");
  const limit = readInteger(query.get("limit"), Number.MAX_SAFE_INTEGER);
  const timeoutMs = readInteger(query.get("timeout"), MAX_WAIT_MS);
  const heartbeatMs = query.has("heartbeat") ? readInteger(query.get("heartbeat"), 0) : undefined;
  if (limit === undefined || timeoutMs === undefined) return badRequest("limit and timeout are integers.");
  if (query.has("heartbeat") && !heartbeatMs) {
    return badRequest("Invalid heartbeat value. Expecting a positive integer value (in milliseconds).");
  }
  return {
    type: "question",
    feed,
    after,
    limit,
    documents: query.get("include_docs") === "true",
    conflicts: query.get("conflicts") === "true",
    allLeaves: query.get("style") === "all_docs",
    heartbeatMs: heartbeatMs && Math.min(heartbeatMs, MAX_WAIT_MS),
    timeoutMs: Math.min(timeoutMs, MAX_WAIT_MS),
  };
}

/** One answer of the feed: the head goes out at once, the rows as they become safe and the client takes them. */
class Changes {
  readonly #response: ServerResponse;
  readonly #database: Database;
  readonly #question: Question;
  readonly #isList: boolean;
  /** A normal feed goes no further, however fast others write. */
  readonly #upTo: number;
  #place: number;
  #sent = 0;
  #follower: Follower | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, database: Database, question: Question) {
    this.#response = response;
    this.#database = database;
    this.#question = question;
    this.#isList = question.feed !== "continuous";
    this.#upTo = question.feed === "normal" ? database.counts.updateSeq : Number.MAX_SAFE_INTEGER;
    this.#place = question.after;
  }

  start(): void {
    const { heartbeatMs, timeoutMs, after, limit } = this.#question;
    this.#response.writeHead(200, HEAD);
    if (this.#isList) this.#response.write('{"results":[\n');
    this.#response.flushHeaders();
    this.#response.on("close", () => this.#stop());
    this.#response.on("drain", () => this.#follower?.resume());
    if (limit === 0) return this.#finish();
    this.#timer = setInterval(() => this.#beat(), heartbeatMs ?? timeoutMs);
    this.#follower = follow(this.#database, after, {
      rows: (rows) => this.#write(rows),
      isLive: () => this.#caughtUp(),
      ended: () => this.#finish(),
    });
  }

  #write(rows: readonly Row[]): boolean {
    const { limit } = this.#question;
    const taken = rows.slice(0, limit - this.#sent);
    this.#place = taken.at(-1)?.seq ?? this.#place;
    const texts = taken.map((row) => this.#text(row));
    const before = this.#isList && this.#sent > 0 ? ",\r\n" : "";
    this.#sent += taken.length;
    this.#timer?.refresh();
    this.#response.write(before + (this.#isList ? texts.join(",\r\n") : `${texts.join("\n")}\n`));
    if (this.#sent >= limit || this.#place >= this.#upTo) this.#finish();
    return this.#response.writableLength < MAX_UNSENT_BYTES;
  }

  #caughtUp(): void {
    this.#place = this.#database.counts.updateSeq;
    const { feed } = this.#question;
    if (feed === "normal" || (feed === "longpoll" && this.#sent > 0)) this.#finish();
    // Tells that the feed has caught up, as a real server does.
    else if (this.#sent === 0) this.#response.write("\n");
  }

  #beat(): void {
    if (this.#question.heartbeatMs === undefined) this.#finish();
    // A client that does not read gets no more lines: they would only pile up.
    else if (!this.#response.writableNeedDrain) this.#response.write("\n");
  }

  /** `pending` counts changes, not rows: a document that changed twice behind this place counts twice. */
  #finish(): void {
    this.#stop();
    const { counts, life } = this.#database;
    const open = this.#isList ? "\n],\n" : "{";
    const pending = counts.updateSeq - this.#place;
    this.#response.end(`${open}"last_seq":"${formatSeq(this.#place, life)}","pending":${pending}}\n`);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#follower?.stop();
  }

  /** A row as a line of JSON. */
  #text({ seq, id, tree }: Row): string {
    const { allLeaves, documents, conflicts } = this.#question;
    const [winner] = tree;
    const leaves = allLeaves ? tree : [winner];
    const revisions = JSON.stringify(leaves.map((branch) => ({ rev: leafName(branch) })));
    const place = `"seq":"${formatSeq(seq, this.#database.life)}","id":${JSON.stringify(id)}`;
    const deleted = winner.deleted ? ',"deleted":true' : "";
    const document = documents ? `,"doc":${documentText(id, tree, conflicts)}` : "";
    return `{${place},"changes":${revisions}${deleted}${document}}`;
  }
}
