import { Agent, request, type IncomingMessage } from "node:http";
import { request as requestSecurely, Agent as SecureAgent } from "node:https";

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface WholeAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer<ArrayBuffer>;
}

/**
 * Plain HTTP/1.1 with kept connections, and nothing between the clock and the socket: the regions and the store
 * are timed with the same instrument, and it costs both as little as can be.
 */
export class Connection {
  readonly #http = new Agent({ keepAlive: true });
  readonly #https = new SecureAgent({ keepAlive: true });

  /** Fulfilled when the headers are here. Rejected when there is no answer. */
  open(url: URL, { method = "GET", headers = {}, body = "", signal }: Ask): Promise<IncomingMessage> {
    const isSecure = url.protocol === "https:";
    const options = {
      method,
      headers: {
        ...headers,
        ...account(url),
        ...(body === "" ? {} : { "content-length": Buffer.byteLength(body) }),
      },
      agent: isSecure ? this.#https : this.#http,
      ...(signal === undefined ? {} : { signal }),
    };
    const address = new URL(url);
    address.username = "";
    address.password = "";
    return new Promise((resolve, reject) => {
      const asked = (isSecure ? requestSecurely : request)(address, options, resolve);
      asked.on("error", reject);
      asked.end(body);
    });
  }

  /** Fulfilled when the body is here too. */
  async ask(
    url: URL,
    what: Ask,
  ): Promise<{ status: number; headers: IncomingMessage["headers"]; body: Buffer<ArrayBuffer> }> {
    const answer = await this.open(url, what);
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(Buffer.from(chunk));
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) };
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}

function account({ username, password }: URL): Record<string, string> {
  if (username === "") return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(text, "utf8").toString("base64")}` };
}
