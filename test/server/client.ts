import { request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { isRecord } from "../../sync/json.ts";

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request on a connection of its own, with exactly these headers. */
export async function ask(
  url: string,
  { method = "GET", headers = {}, body }: Asked = {},
): Promise<Answered> {
  const response = await open(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const chunks: Buffer[] = [];
  for await (const chunk of response) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: Buffer.concat(chunks).toString(),
  };
}

/** The same, fulfilled when the headers have come. */
export function open(
  url: string,
  { method = "GET", headers = {}, body }: Asked = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false }, resolve).once("error", reject).end(body);
  });
}

export function postJson(
  url: string,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  return ask(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(value),
  });
}

export function json({ text }: Answered): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? value : {};
}

export function code(answered: Answered): unknown {
  return json(answered)["code"];
}

/** A bare connection: what is written goes out as it is, and `ended` tells all that came until the server closed. */
export interface RawConnection {
  readonly socket: Socket;
  readonly ended: Promise<string>;
  /** Fulfilled once what came so far holds `text`, or matches it. */
  received(text: string | RegExp): Promise<string>;
}

export function connectRaw(port: number): RawConnection {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let received = "";
  const ended = new Promise<string>((resolve) => {
    socket.on("error", () => undefined);
    socket.on("end", () => socket.end());
    socket.on("close", () => resolve(received));
  });
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    received += text;
  });
  return {
    socket,
    ended,
    received: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (typeof text === "string" ? received.includes(text) : text.test(received)) resolve(received);
        };
        look();
        socket.on("data", look);
        socket.once("close", () => reject(new Error(`closed before ${String(text)} came: ${received}`)));
      }),
  };
}
