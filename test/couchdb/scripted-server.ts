import { createServer, type AddressInfo, type Socket } from "node:net";
import type { ExecutionContext } from "ava";
import { connect, type ConnectOptions } from "../../couchdb/connect.ts";
import type { Store } from "../../sync/store.ts";

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** The head as it came. */
  readonly head: string;
  readonly body: string;
}

/** What the server does with a request: writes bytes, or does not. */
export type Script = (asked: Asked, socket: Socket) => void;

export interface ScriptedServer {
  readonly port: number;
  readonly asked: readonly Asked[];
  readonly openSockets: () => number;
}

/** A server on a bare socket, so that it can say what no HTTP server would. */
export async function scriptedServer(t: ExecutionContext, script: Script): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    let bytes = Buffer.alloc(0);
    socket.on("data", (more: Buffer) => {
      bytes = Buffer.concat([bytes, more]);
      const request = parseRequest(bytes);
      if (request === undefined) return;
      bytes = Buffer.alloc(0);
      asked.push(request);
      script(request, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: portOf(server.address()), asked, openSockets: () => sockets.size };
}

/** A store on a scripted server; the account is one no fault may repeat. */
export async function scriptedStore(
  t: ExecutionContext,
  script: Script,
  options: Partial<ConnectOptions> = {},
): Promise<{ store: Store; server: ScriptedServer }> {
  const server = await scriptedServer(t, script);
  const url = `http://region:planted%20secret@127.0.0.1:${server.port}`;
  const result = connect({ url, ...options });
  if (result.type === "malformed") throw new Error(result.remedy);
  t.teardown(() => result.store.close());
  return { store: result.store, server };
}

/** A whole answer, of JSON unless the headers say otherwise. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const all = {
    "Content-Type": "application/json",
    "Content-Length": String(Buffer.byteLength(text)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Scripted\r\n${lines.join("")}\r\n${text}`;
}

export const FEED_HEAD =
  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

/** The head of a feed and its first chunks. */
export function feedOf(...contents: string[]): Buffer {
  return Buffer.concat([Buffer.from(FEED_HEAD), ...contents.map(chunk)]);
}

export const LAST_CHUNK = "0\r\n\r\n";

/** One HTTP chunk; bytes may be any part of a line. */
export function chunk(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

function parseRequest(bytes: Buffer): Asked | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const head = bytes.subarray(0, end).toString("latin1");
  const body = bytes.subarray(end + 4).toString("utf8");
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  const [method = "", path = ""] = head.split(" ");
  return bytes.length < end + 4 + length ? undefined : { method, path, head, body };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}
