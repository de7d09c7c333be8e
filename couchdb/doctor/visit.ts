import { Agent, request } from "undici";
import type { Address } from "../address.ts";
import { parseJson } from "../json.ts";

export type Reply =
  | {
      readonly type: "replied";
      readonly status: number;
      /** Parsed JSON; undefined when it is none. */
      readonly body: unknown;
      /** The Date header. */
      readonly date: string | undefined;
    }
  | { readonly type: "silence"; readonly reason: string };

export interface Inquiry {
  readonly method?: "GET" | "PUT" | "DELETE";
  /** Below the server's root, encoded. */
  readonly path: string;
  readonly body?: object;
}

/** What a doctor asks is answered in a few hundred bytes. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * One visit to a server, as nobody or with our account.
 *
 * CouchDB locks an account out after five failed log-ins within five minutes, whoever made them, and the regions use
 * the same account: so the first 401 is the last time this visit uses it. (A 401 may also say that a right password
 * is not enough; what may be answered so is asked last.)
 */
export class Visit {
  readonly address: Address;
  readonly #deadlineMs: number;
  readonly #agent = new Agent({ connections: 1, maxResponseSize: MAX_ANSWER_BYTES });
  #isRefused = false;

  constructor(address: Address, deadlineMs: number) {
    this.address = address;
    this.#deadlineMs = deadlineMs;
  }

  askAsNobody(inquiry: Inquiry): Promise<Reply> {
    return this.#ask(inquiry, undefined);
  }

  async askAsUs(inquiry: Inquiry): Promise<Reply> {
    if (this.#isRefused) return { type: "silence", reason: "not asked: the account was refused before" };
    const reply = await this.#ask(inquiry, this.address.authorization);
    this.#isRefused = reply.type === "replied" && reply.status === 401;
    return reply;
  }

  /** Of the database, the path below it. */
  databasePath(path = ""): string {
    return encodeURIComponent(this.address.database) + path;
  }

  async end(): Promise<void> {
    await this.#agent.destroy();
  }

  async #ask({ method = "GET", path, body }: Inquiry, authorization: string | undefined): Promise<Reply> {
    try {
      const response = await request(this.address.url + path, {
        dispatcher: this.#agent,
        method,
        headers: {
          accept: "application/json",
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(authorization !== undefined && { authorization }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(this.#deadlineMs),
      });
      const date = response.headers["date"]?.toString();
      return {
        type: "replied",
        status: response.statusCode,
        body: parseJson(await response.body.text()),
        date,
      };
    } catch (error) {
      return { type: "silence", reason: error instanceof Error ? error.message : "no answer" };
    }
  }
}
