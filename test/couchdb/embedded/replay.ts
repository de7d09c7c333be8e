import { readFileSync } from "node:fs";
import { Agent, request, type ClientRequest } from "node:http";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

/** One line of a recording; see the README beside them. */
export interface Line {
  readonly step: number;
  readonly request?: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly body_base64?: string;
    readonly body_gen?: {
      readonly prefix: string;
      readonly repeat: string;
      readonly times: number;
      readonly suffix: string;
    };
    readonly raw?: unknown;
  };
  readonly response?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    /** `after`: the step that was sent last before it came. */
    readonly chunks?: readonly { readonly text: string; readonly after: number }[];
    readonly end?: { readonly after: number; readonly by: string };
  };
  readonly in_flight?: readonly number[];
  readonly close?: number;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** One request replayed: what was recorded, what came now. */
export interface Pair {
  readonly step: number;
  readonly recorded: Answered;
  readonly now: Answered;
}

/** How long a feed may take to bring the rows that were recorded. */
const FEED_MS = 10_000;

export function readRecording(file: string): Line[] {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line): Line => JSON.parse(line));
}

/**
 * Sends the requests of a recording in their order, as concurrently as they were, with what the server made up
 * (bookmarks, ids, revisions) put in the place of what was recorded. Pairs come in the order of the steps.
 */
export async function replay(
  url: string,
  lines: readonly Line[],
  skip: ReadonlySet<number>,
): Promise<Pair[]> {
  const agent = new Agent({ keepAlive: true });
  const bound = new Map<string, string>();
  const flying = new Map<number, Promise<void>>();
  const feeds = new Map<number, Feed>();
  const pairs = new Map<number, Pair>();

  const settle = (line: Line, now: Answered) => {
    const recorded = recordedAnswer(line);
    bind(recorded.text, now.text, bound);
    pairs.set(line.step, { step: line.step, recorded: renamed(recorded, bound), now });
  };
  for (const line of lines) {
    for (const [step, feed] of feeds) {
      if (feed.endsAfter >= line.step) continue;
      feeds.delete(step);
      settle(feed.line, await feed.ended());
    }
    if (line.close !== undefined) {
      const feed = feeds.get(line.close);
      feeds.delete(line.close);
      if (feed) settle(feed.line, await feed.close());
    }
    if (!line.request || line.request.raw !== undefined || skip.has(line.step)) continue;
    for (const [step, flight] of flying) if (!line.in_flight?.includes(step)) await flight;
    // What had come by then may not come any more: a database is deleted under its feed.
    for (const feed of feeds.values()) await feed.reached(line.step);
    const sent = send(url, line, bound, line.response?.chunks ? undefined : agent);
    if (line.response?.chunks) {
      const feed = new Feed(line, sent);
      await feed.opened;
      feeds.set(line.step, feed);
    } else {
      const flight = readAll(sent).then((now) => {
        flying.delete(line.step);
        return settle(line, now);
      });
      flying.set(line.step, flight);
    }
  }
  await Promise.all(flying.values());
  for (const feed of feeds.values()) settle(feed.line, await feed.ended());
  agent.destroy();
  return [...pairs.values()].sort((a, b) => a.step - b.step);
}

function send(
  url: string,
  line: Line,
  bound: ReadonlyMap<string, string>,
  agent: Agent | undefined,
): ClientRequest {
  const {
    method = "GET",
    path = "",
    headers = {},
    body,
    body_base64: base64,
    body_gen: gen,
  } = line.request ?? {};
  const { authorization, ...others } = headers;
  const text = gen ? gen.prefix + gen.repeat.repeat(gen.times) + gen.suffix : body;
  const bytes =
    base64 === undefined ? Buffer.from(replaced(text ?? "", bound)) : Buffer.from(base64, "base64");
  const login = authorization?.includes(":")
    ? `Basic ${Buffer.from(authorization).toString("base64")}`
    : authorization;
  const hasBody = text !== undefined || base64 !== undefined;
  const sent = request(url, {
    method,
    path: replaced(path, bound),
    headers: {
      ...Object.fromEntries(Object.entries(others).map(([name, value]) => [name, replaced(value, bound)])),
      ...(login && { authorization: login }),
      ...(hasBody && { "content-length": bytes.length }),
    },
    agent: agent ?? false,
  });
  sent.end(hasBody ? bytes : undefined);
  return sent;
}

function replaced(text: string, bound: ReadonlyMap<string, string>): string {
  return text.replaceAll(MADE_UP, (token) => {
    const [, number = "", place = ""] = /^(\d+-)?(.*)$/.exec(token) ?? [];
    return bound.get(token) ?? number + (bound.get(place) ?? place);
  });
}

/** Bookmarks and revisions with and without their number, and ids of 32 hex digits. */
const MADE_UP = /(?:(?<![0-9a-z])\d+-)?(?:g[12][A-Za-z0-9_-]{20,}|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f]))/g;
const REVISION = /(?<![0-9a-z])\d+-[0-9a-f]{32}(?![0-9a-f])/g;
const ID = /(?<![-0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g;
const KINDS = [
  { recorded: /(?:\d+-)?g[12][A-Za-z0-9_-]{20,}/g, now: /\d+-e[0-9a-f]{32}/g },
  { recorded: REVISION, now: REVISION },
  { recorded: ID, now: ID },
];

/** By place: the first bookmark recorded is the first one now. */
function bind(recorded: string, now: string, bound: Map<string, string>): void {
  for (const kind of KINDS) {
    const made = now.match(kind.now) ?? [];
    for (const [i, token] of (recorded.match(kind.recorded) ?? []).entries()) {
      const value = made[i];
      if (value === undefined || bound.has(token)) continue;
      bound.set(token, value);
      bound.set(token.replace(/^\d+-/, ""), value.replace(/^\d+-/, ""));
    }
  }
}

/** What was recorded, with the revisions of now: they are hashes, and only have to stay the same. */
function renamed(recorded: Answered, bound: ReadonlyMap<string, string>): Answered {
  const rename = (text: string) => text.replaceAll(REVISION, (token) => bound.get(token) ?? token);
  const headers = Object.entries(recorded.headers).map(([name, value]) => [name, rename(value)]);
  return { ...recorded, headers: Object.fromEntries(headers), text: rename(recorded.text) };
}

function recordedAnswer({ response }: Line): Answered {
  const text = response?.chunks?.map((chunk) => chunk.text).join("") ?? response?.body ?? "";
  return { status: response?.status ?? 0, headers: response?.headers ?? {}, text };
}

async function readAll(sent: ClientRequest): Promise<Answered> {
  const feed = new Feed({ step: 0 }, sent);
  await feed.opened;
  return feed.ended();
}

/** An answer that is being read. */
class Feed {
  readonly line: Line;
  readonly endsAfter: number;
  readonly opened: Promise<void>;
  readonly #sent: ClientRequest;
  #answer: Answered = { status: 0, headers: {}, text: "" };
  #isOver = false;
  /** It did not bring what was recorded, and is not waited for again. */
  #isLate = false;

  constructor(line: Line, sent: ClientRequest) {
    this.line = line;
    this.#sent = sent;
    const { end } = line.response ?? {};
    this.endsAfter = end?.by.startsWith("server") ? end.after : Infinity;
    this.opened = new Promise((resolve) => {
      const over = () => {
        this.#isOver = true;
        resolve();
        sent.emit("progress");
      };
      sent.on("error", over);
      sent.on("response", (response) => {
        const headers = Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
        );
        this.#answer = { status: response.statusCode ?? 0, headers, text: "" };
        response.setEncoding("utf8");
        response.on("data", (text: string) => {
          this.#answer = { ...this.#answer, text: this.#answer.text + text };
          sent.emit("progress");
        });
        response.on("error", () => undefined).on("close", over);
        resolve();
      });
    });
  }

  async ended(): Promise<Answered> {
    while (!this.#isOver) await once(this.#sent, "progress");
    return this.#answer;
  }

  /** Closes when as many rows have come as were recorded, or none comes any more. */
  async close(): Promise<Answered> {
    await this.reached(Infinity);
    this.#sent.destroy();
    return this.#answer;
  }

  /** As many rows have come as were recorded before this step, or none comes any more. */
  async reached(step: number): Promise<void> {
    const before = this.line.response?.chunks?.filter(({ after }) => after < step) ?? [];
    const wanted = rowsOf(before.map(({ text }) => text).join("")).length;
    if (this.#isLate || this.#rows >= wanted) return;
    const patience = new AbortController();
    const late = wait(FEED_MS, "late" as const, patience).catch(() => "late" as const);
    while (!this.#isOver && this.#rows < wanted && !this.#isLate) {
      const next = await Promise.race([once(this.#sent, "progress"), late]);
      this.#isLate = next === "late";
    }
    patience.abort();
  }

  get #rows(): number {
    return rowsOf(this.#answer.text).length;
  }
}

/** The rows in a feed or a poll, whole or cut. */
export function rowsOf(text: string): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (!line.startsWith('{"seq"')) continue;
    const row: Record<string, unknown> = JSON.parse(line.replace(/,$/, ""));
    delete row["seq"];
    rows.push(row);
  }
  return rows;
}
