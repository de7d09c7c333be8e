import nano from "nano";
import { Agent } from "undici";
import type { Address } from "./address.ts";
import { Exchange } from "./exchange.ts";
import { parseJson } from "./json.ts";

export interface Question {
  readonly method: "GET" | "POST" | "PUT";
  /** Below the database; without it the database itself is asked. */
  readonly path?: "_bulk_docs" | "_all_docs" | "_changes";
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
}

export type Answer =
  /** `body` is parsed JSON, and an empty text when it was cut off or no JSON: what it holds must be checked. */
  | {
      readonly type: "answered";
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly body: unknown;
    }
  | { readonly type: "silence"; readonly reason: string };

/** What nano knows without saying so in its types. */
interface RequestOptions extends nano.RequestOptions {
  readonly dontStringify?: true;
}

/** What is asked at the same time; more wait their turn, within their deadline. */
const MAX_CONNECTIONS = 16;
const CLOSED = "the store was closed";

/** Single requests about one database, each with a deadline. No failure is thrown: silence is an answer, too. */
export class Requests {
  readonly #address: Address;
  readonly #deadlineMs: number;
  readonly #agent = new Agent({ connections: MAX_CONNECTIONS, pipelining: 1 });
  readonly #inFlight = new Set<Exchange>();
  #isClosed = false;

  constructor(address: Address, deadlineMs: number) {
    this.#address = address;
    this.#deadlineMs = deadlineMs;
  }

  async ask(question: Question): Promise<Answer> {
    if (this.#isClosed) return { type: "silence", reason: CLOSED };
    const exchange = new Exchange();
    const deadline = setTimeout(() => {
      exchange.giveUp(`no answer in ${this.#deadlineMs} ms`);
    }, this.#deadlineMs);
    this.#inFlight.add(exchange);
    try {
      const asked =
        question.path === "_bulk_docs" ? this.#write(question, exchange) : this.#askNano(question, exchange);
      const body: unknown = await Promise.race([exchange.givenUp, asked]);
      return { type: "answered", status: exchange.status, retryAfter: exchange.retryAfter, body };
    } catch (error) {
      return { type: "silence", reason: reasonOf(error) };
    } finally {
      clearTimeout(deadline);
      this.#inFlight.delete(exchange);
    }
  }

  /** Ends what is in flight; whoever waits for it hears silence. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const exchange of this.#inFlight) exchange.giveUp(CLOSED);
    await this.#agent.destroy();
  }

  #askNano(question: Question, exchange: Exchange): Promise<unknown> {
    return this.#scope(exchange).request(this.#options(question));
  }

  /**
   * The one request that people wait for takes the short way: nano and fetch together cost about a millisecond of
   * it, a quarter of what a message needs from one region to another.
   */
  async #write({ path, body }: Question, exchange: Exchange): Promise<unknown> {
    const { url, authorization, database } = this.#address;
    const address = new URL(`${encodeURIComponent(database)}/${path}`, url);
    const text = await exchange.text(this.#agent, {
      origin: address.origin,
      path: address.pathname,
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...(authorization !== undefined && { authorization }),
      },
      body: JSON.stringify(body),
    });
    return parseJson(text);
  }

  /** A scope of nano costs 6 µs and holds no connection, so each request has its own, on its own exchange. */
  #scope(exchange: Exchange): nano.ServerScope {
    const { url, authorization } = this.#address;
    const settings: nano.Configuration = {
      url,
      headers: {
        // Uncompressed, so that the limit on an answer's bytes is one on what it becomes in memory.
        "Accept-Encoding": "identity",
        ...(authorization !== undefined && { Authorization: authorization }),
      },
    };
    const agentOptions = this.#agent.compose(exchange.interceptor);
    // nano's types ask for a dispatcher's class where it wants an instance, and know no `parseUrl`: with it, the
    // last part of a proxy's path prefix would be taken for a database.
    return nano(Object.assign(settings, { agentOptions, parseUrl: false }));
  }

  #options(question: Question): RequestOptions {
    const { method, path, query, body } = question;
    return {
      db: this.#address.database,
      method,
      ...(path !== undefined && { path }),
      ...(query !== undefined && { qs: query }),
      // Ready-made text spares nano's own stringify, whose replacer is called for every field.
      ...(body !== undefined && { body: JSON.stringify(body), dontStringify: true }),
    };
  }
}

/** nano has wrapped the cause in words of its own; they hold an address and a port, never the account. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "no answer";
}
