import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import Koa, { type Context, type Middleware } from "koa";
import { Router } from "koa-router";
import { Admission } from "./admission.ts";
import { refuse } from "./answer.ts";
import type { Audience } from "./audience.ts";
import { Bugs, describeBug } from "./bugs.ts";
import type { Chat } from "./chat.ts";
import { answerClientErrors } from "./client-errors.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { Connections } from "./connections.ts";
import { historyDoor } from "./doors/history.ts";
import { postDoor, takingPosts, type TakePost } from "./doors/post.ts";
import type { Reading } from "./doors/reading.ts";
import { digestsDoor, liveDoor, readyDoor, regionsDoor } from "./doors/regions.ts";
import { Returning } from "./doors/returning.ts";
import { ShortPosts } from "./doors/short-post.ts";
import { sessionsDoor } from "./doors/sessions.ts";
import { streamDoor } from "./doors/stream.ts";
import { syncDoor } from "./doors/sync.ts";
import { answerEncoder } from "./encoding.ts";
import { gate } from "./gate.ts";
import { DOOR_LIMITS, type DoorLimits } from "./limits.ts";
import { Lines } from "./line.ts";
import { Lobby } from "./lobby.ts";
import type { Log } from "./log.ts";
import { Origins } from "./origins.ts";
import { loadPage, pageDoor, type Page, type PageDirectory } from "./page.ts";
import { peersOf } from "./peers.ts";
import { openLoopDelay, Pressure, type LoopDelay } from "./pressure.ts";
import { refusal } from "./problem.ts";
import { Rates } from "./rates.ts";
import { secureHeaders } from "./secure-headers.ts";
import { Sessions } from "./sessions.ts";
import type { SigningKeyPair } from "./signing-key.ts";
import { Tally } from "./tally.ts";
import { Wheel } from "./wheel.ts";

export interface DoorsOptions {
  readonly chat: Chat;
  /** Told who reads. */
  readonly audience: Audience;
  readonly signingKey: SigningKeyPair;
  /** The region's origin, by which others find its key. */
  readonly origin: string;
  readonly config: Pick<Config, "publicUrl" | "corsOrigins" | "rates">;
  readonly log: Log;
  readonly clock: Clock;
  readonly pageDirectories: readonly PageDirectory[];
  /** The history is known, and messages can be kept: on a disk or in the store. */
  readonly isReady: () => boolean;
  /** Called in each turn of the event loop in which somebody comes, or readers wait to be let in. */
  readonly giveWay: () => void;
  readonly limits?: DoorLimits;
  readonly random?: () => number;
  readonly loopDelay?: LoopDelay;
}

/** What the doors have to do and have done, for the metrics. */
export interface DoorFigures {
  readonly connections: number;
  /** Parked polls and open streams. */
  readonly waiting: number;
  /** Polls that took the fast path. */
  readonly returned: number;
  /** Posts that took theirs. */
  readonly shortPosts: number;
  /** How often each door gave each status. */
  readonly answers: Tally["answers"];
  /** The longest that anything had to wait for its turn in the last second. */
  readonly loopDelayMs: number;
  readonly isShedding: boolean;
}

export interface Doors {
  /** Not listening yet. */
  readonly server: Server;
  /** Open connections, for the beacon. */
  connections(): number;
  figures(): DoorFigures;
  /**
   * Takes no more connections, answers parked polls with their cursors, ends streams, and gives requests under way
   * `graceMs` before their connections are cut (R14).
   */
  close(graceMs: number): Promise<void>;
}

/** Everything a region shows to the network. */
export async function openDoors(options: DoorsOptions): Promise<Doors> {
  const { config, log, clock, limits = DOOR_LIMITS } = options;
  const page = await loadPage(options.pageDirectories, log);
  const headers = secureHeaders(config.publicUrl?.startsWith("https:") ?? false);
  const peers = () => peersOf(options.chat.regions());
  const origins = new Origins(config.corsOrigins, config.publicUrl, peers);
  const rates = new Rates(config.rates, clock);
  const lobby = new Lobby(limits.readers);
  const wheel = new Wheel();
  const tally = new Tally();
  const pressure = new Pressure(options.loopDelay ?? openLoopDelay());
  const server = limitedServer(limits);
  const connections = new Connections(server, limits, clock);
  const bugs = new Bugs(connections, log);
  const { chat, audience, signingKey, origin } = options;
  const foreignKey = chat.signingKey.bind(chat);
  const sessions = new Sessions({ signingKey, origin, foreignKey, clock, limits });
  const hall = { chat, lobby, wheel, limits, bugs, rates, tally, pressure, sessions, audience };
  const polling = { ...hall, encode: answerEncoder() };
  const lines = new Lines();
  const returning = new Returning({ polling, lines, headers, rates, tally, pressure });
  const take = takingPosts(hall);
  const guard = { headers, limits, origins, connections, lobby, rates, tally, bugs };
  const shortPosts = new ShortPosts({ ...guard, take, pressure });
  const router = routes(options, hall, lines, syncDoor(polling, returning), take);

  const app = new Koa();
  // Koa's own handler prints a stack for each connection that breaks off (A10).
  app.on("error", (error: unknown) => log.info("connection-broken", describeBug(error)));
  app.use(gate(guard));
  app.use(pageDoor(page, peers));
  app.use(router.routes());
  app.use(nowhere(router, page));

  answerClientErrors(server, headers, lines, log);
  letIn(server, app, { lines, shortPosts, limits, giveWay: options.giveWay });
  const stopBeat = clock.everySecond(() => {
    pressure.beat();
    wheel.beat();
  });
  return {
    server,
    connections: () => connections.count,
    figures: () => ({
      connections: connections.count,
      waiting: lobby.size,
      returned: returning.taken,
      shortPosts: shortPosts.taken,
      answers: tally.answers,
      loopDelayMs: pressure.delayMs,
      isShedding: pressure.isHigh,
    }),
    async close(graceMs) {
      lobby.close();
      await closeServer(server, graceMs);
      stopBeat();
      connections.close();
      pressure.close();
    },
  };
}

interface Asking {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface WaysIn extends Pick<DoorsOptions, "giveWay"> {
  readonly lines: Lines;
  readonly shortPosts: ShortPosts;
  readonly limits: DoorLimits;
}

/** Whoever comes: posts by their short way if they can go it, all others by way of Koa, and readers not all at once. */
function letIn(server: Server, app: Koa, { lines, shortPosts, limits, giveWay }: WaysIn): void {
  const answer = app.callback();
  const admission = new Admission<Asking>(
    limits.readers,
    ({ request, response }) => void answer(request, response),
    giveWay,
  );
  server.on("connection", (socket: Socket) => {
    lines.opened(socket);
    admission.giveWay();
  });
  for (const event of ["request", "checkContinue", "checkExpectation"]) {
    server.on(event, (request: IncomingMessage, response: ServerResponse) => {
      const line = lines.of(request.socket);
      line?.made(request, response);
      // Node counts only those that it made itself.
      if (line !== undefined && line.requests >= limits.requestsPerConnection)
        response.shouldKeepAlive = false;
      if (!shortPosts.take(request, response)) admission.enter({ request, response });
    });
  }
}

/** Node waits for a Host header by itself, but answers without our headers: the gate does it. */
function limitedServer(limits: DoorLimits): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    // Receiving only: an answer, such as a parked poll's, may take longer.
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    keepAliveTimeout: limits.keepAliveMs,
    requireHostHeader: false,
    insecureHTTPParser: false,
  });
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  return server;
}

/** What the doors share behind the gate. */
interface Hall extends Reading {
  readonly rates: Rates;
  readonly tally: Tally;
  readonly pressure: Pressure;
}

function routes(
  { isReady, random = Math.random }: DoorsOptions,
  hall: Hall,
  lines: Lines,
  sync: Middleware,
  take: TakePost,
): Router {
  const { chat, sessions, limits, tally, pressure } = hall;
  const rest = unlessPressed(pressure);
  const messages = "/api/v1/rooms/:room/messages";
  const router = new Router();
  router.post("/api/v1/sessions", tally.count("sessions"), rest, sessionsDoor(chat, sessions, limits));
  router.post(messages, tally.count("post"), rest, postDoor(take));
  router.get(messages, tally.count("history"), rest, historyDoor(chat, limits));
  router.get("/api/v1/sync", tally.count("sync"), rest, sync);
  router.get("/api/v1/stream", tally.count("stream"), rest, streamDoor(hall, lines, random));
  router.get("/api/v1/regions", tally.count("regions"), regionsDoor(chat));
  router.get("/api/v1/digests", tally.count("digests"), digestsDoor(chat));
  router.get("/livez", liveDoor);
  router.get("/readyz", readyDoor(chat, isReady));
  return router;
}

/** Refuses new work while what is under way does not get on (A22). Who only asks how we are is answered. */
function unlessPressed(pressure: Pressure): Middleware {
  return async (ctx, next) => (pressure.isHigh ? refuse(ctx, refusal("overloaded")) : next());
}

/** No door here, or not for this method (A25). */
function nowhere(router: Router, page: Page): Middleware {
  return (ctx: Context) => {
    const methods = page.has(ctx.path)
      ? ["GET", "HEAD"]
      : router.match(ctx.path, ctx.method).path.flatMap((layer) => layer.methods);
    if (methods.length === 0) return refuse(ctx, refusal("not-found"));
    ctx.set("Allow", [...new Set(methods)].toSorted().join(", "));
    return refuse(ctx, refusal("method-not-allowed"));
  };
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => {
    // Its only error is that the server was not listening.
    server.close(() => resolve());
  });
  clearTimeout(cut);
}
