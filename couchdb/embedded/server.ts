import { createHash } from "node:crypto";
import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { Account, ADMIN } from "./account.ts";
import { Catalog } from "./catalog.ts";
import { DataDirectory, type Endpoint } from "./data-directory.ts";
import { Bodies, parseExchange, send } from "./exchange.ts";
import { Fauxton } from "./fauxton.ts";
import { refusal } from "./refusal.ts";
import { route, type Server } from "./server-routes.ts";

/**
 * The embedded CouchDB: a stand-in for a machine that has none. For a laptop, tests and small single machines; it
 * has one account, no views, no attachments, no replication, and listens on this machine only. For anything else
 * there is CouchDB itself.
 */
export interface EmbeddedCouchOptions {
  /** Made when it is not there. */
  readonly directory: string;
  /** 0: any free one. */
  readonly port: number;
  /** Whether the admin page may be fetched from the npm registry (once). */
  readonly fetchFauxton: boolean;
}

export interface EmbeddedCouch {
  readonly type: "started";
  /** `http://127.0.0.1:<port>`, without the account. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Fulfilled when the admin page is there, or known not to come. */
  readonly fauxtonSettled: Promise<void>;
  stop(): Promise<void>;
}

export type EmbeddedCouchStart =
  | EmbeddedCouch
  /** Another process has the directory. Its endpoint and password, when they can be read. */
  | {
      readonly type: "locked";
      readonly endpoint: Endpoint | undefined;
      readonly password: string | undefined;
    }
  /** The port is taken, the directory cannot be written, the database cannot be opened. */
  | { readonly type: "failed"; readonly reason: string };

const HOST = "127.0.0.1";
const MAX_CONNECTIONS = 1000;
/** A request line and headers above this are refused. A real server takes half as much. */
const MAX_HEADER_BYTES = 16_384;
const HEADERS_TIMEOUT_MS = 30_000;
/** Longer than a client's pool keeps a connection, so that it is the client who closes it. */
const KEEP_ALIVE_MS = 75_000;
/** A whole request, its body included. */
const REQUEST_TIMEOUT_MS = 300_000;

export async function startEmbeddedCouch(options: EmbeddedCouchOptions): Promise<EmbeddedCouchStart> {
  const opened = await DataDirectory.open(options.directory);
  if (opened.type !== "opened") return opened;
  const { directory } = opened;
  const catalog = await Catalog.open(directory.ground, md5);
  const fauxton = new Fauxton(directory.fauxton, { fetch: options.fetchFauxton });
  const account = new Account(directory.password);
  const bodies = new Bodies();
  const http = listenTo({ catalog, bodies, account, fauxton, uuid: directory.uuid, nowMs: () => Date.now() });
  const port = await listen(http, options.port);
  const stop = async () => {
    await Promise.all([closed(http), fauxton.stop()]);
    await directory.close();
  };
  if (typeof port !== "number") {
    await stop();
    return port;
  }
  const url = `http://${HOST}:${port}`;
  await directory.announce({ url, pid: process.pid });
  return {
    type: "started",
    url,
    username: ADMIN,
    password: directory.password,
    fauxtonSettled: fauxton.ready,
    stop,
  };
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

function listenTo(server: Server): HttpServer {
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    noDelay: true,
  };
  const http = createServer(options, (request, response) => void answer(server, request, response));
  http.maxConnections = MAX_CONNECTIONS;
  http.keepAliveTimeout = KEEP_ALIVE_MS;
  http.on("clientError", (_, socket) => {
    if (socket.writable)
      socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    else socket.destroy();
  });
  return http;
}

async function answer(server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const exchange = parseExchange(request, response);
    const reply = exchange.type === "refused" ? exchange : await route(exchange, server);
    if (reply.type !== "streamed") await send({ request, response }, reply);
  } catch (error) {
    // A client that went away, or a ground that failed while an answer was under way.
    if (response.headersSent) response.destroy();
    else
      await send({ request, response }, refusal(500, "internal_server_error", String(error))).catch(
        () => undefined,
      );
  }
}

function listen(http: HttpServer, port: number): Promise<number | { type: "failed"; reason: string }> {
  return new Promise((resolve) => {
    http.once("error", (error) => resolve({ type: "failed", reason: error.message }));
    http.listen(port, HOST, () => {
      const address: AddressInfo | string | null = http.address();
      resolve(
        typeof address === "object" && address ? address.port : { type: "failed", reason: "no address" },
      );
    });
  });
}

function closed(http: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
}
