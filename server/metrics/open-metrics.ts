import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listen, type AddressWords } from "../listening.ts";
import { secureHeaders, setHeaders } from "../secure-headers.ts";
import { exposition, EXPOSITION_TYPE, type Metric } from "./exposition.ts";

export type MetricsOpened =
  | { readonly type: "open"; readonly url: string; close(): Promise<void> }
  /** `remedy` is for the person who started it. */
  | { readonly type: "failed"; readonly remedy: string };

/** Whoever collects them asks on one connection or two, and at most once a second. */
const LIMITS = { connections: 10, headerBytes: 4 * 1024, requestMs: 5_000, checkMs: 500 };

const WORDS: AddressWords = { port: "METRICS_PORT", host: "METRICS_HOST", withoutPort: "for no metrics" };

/**
 * `GET /metrics` on an address of its own (A25), for the operator's network only: it is not behind the gate, and has
 * neither tokens, texts, names of people nor the store's address to tell.
 */
export async function openMetrics(
  { host, port, requestMs = LIMITS.requestMs }: { host: string; port: number; requestMs?: number },
  read: () => readonly Metric[],
): Promise<MetricsOpened> {
  const headers = secureHeaders(false);
  const server = createServer(
    {
      maxHeaderSize: LIMITS.headerBytes,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: LIMITS.checkMs,
    },
    (request: IncomingMessage, response: ServerResponse) => {
      setHeaders(response, headers);
      answer(request, response, read);
    },
  );
  server.maxConnections = LIMITS.connections;
  const listening = await listen(server, host, port, true, WORDS);
  if (listening.type === "failed") return { type: "failed", remedy: listening.reason };
  return {
    type: "open",
    url: `http://${host.includes(":") ? `[${host}]` : host}:${listening.port}/metrics`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, read: () => readonly Metric[]): void {
  if (request.url !== "/metrics") return void response.writeHead(404).end();
  if (request.method !== "GET" && request.method !== "HEAD")
    return void response.writeHead(405, { Allow: "GET, HEAD", Connection: "close" }).end();
  return void response.writeHead(200, { "Content-Type": EXPOSITION_TYPE }).end(exposition(read()));
}
