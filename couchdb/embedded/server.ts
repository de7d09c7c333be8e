import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Account, ADMIN } from "./account.ts";
import { Catalog } from "./catalog.ts";
import { openDirectory, type DirectoryOpened } from "./data-directory.ts";
import { parseExchange, send } from "./exchange.ts";
import { Fauxton } from "./fauxton.ts";
import { refusal } from "./refusal.ts";
import { route, type Server } from "./server-routes.ts";

/**
 * The embedded CouchDB: a stand-in for a machine that has none. For a laptop, tests and small single machines; it
 * has one account, no queries, no views, no attachments, no replication, and listens on this machine only. For
 * anything else there is CouchDB itself.
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

/** Failed: the port is taken, the directory cannot be written, the database cannot be opened. */
export type EmbeddedCouchStart = EmbeddedCouch | Exclude<DirectoryOpened, { type: "opened" }>;

const HOST = "127.0.0.1";
const MAX_CONNECTIONS = 1000;
/** Longer than a client's pool keeps a connection, so that it is the client who closes it. */
const KEEP_ALIVE_MS = 75_000;

export async function startEmbeddedCouch(options: EmbeddedCouchOptions): Promise<EmbeddedCouchStart> {
  const directory = await openDirectory(options.directory);
  if (directory.type !== "opened") return directory;
  const { ground, password } = directory;
  const catalog = await Catalog.open(ground);
  const fauxton = new Fauxton(directory.fauxton, { fetch: options.fetchFauxton });
  const server = { catalog, fauxton, account: new Account(password) };
  const http = createServer((request, response) => void answer(server, request, response));
  http.maxConnections = MAX_CONNECTIONS;
  http.keepAliveTimeout = KEEP_ALIVE_MS;
  const stop = async () => {
    http.close();
    http.closeAllConnections();
    await fauxton.stop();
    await directory.close();
  };
  http.listen(options.port, HOST);
  const failure = await once(http, "listening").then(() => undefined, String);
  const address = http.address();
  if (typeof address !== "object" || !address) {
    await stop();
    return { type: "failed", reason: failure ?? "no address" };
  }
  const url = `http://${HOST}:${address.port}`;
  await directory.announce({ url, pid: process.pid });
  return { type: "started", url, username: ADMIN, password, fauxtonSettled: fauxton.ready, stop };
}

async function answer(server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const exchange = parseExchange(request, response);
    const reply = exchange.type === "refused" ? exchange : await route(exchange, server);
    if (reply.type !== "streamed") await send({ request, response }, reply);
  } catch (error) {
    // A client that went away, or a ground that failed: nothing can be said once the head is out.
    if (response.headersSent) response.destroy();
    else await send({ request, response }, refusal(500, "internal_server_error", String(error)));
  }
}
