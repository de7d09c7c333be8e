import { STATUS_CODES, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Line, Lines } from "./line.ts";
import type { Log } from "./log.ts";
import { problemHeaders, problemKind, problemOf, refusal, type ProblemCode } from "./problem.ts";

/**
 * What Node could not even make a request of: it is answered here with the same problems and headers as anything
 * else, and the connection is closed. Answers keep the order of requests, so none is written before those that are
 * still due.
 */
export function answerClientErrors(
  server: Server,
  headers: readonly (readonly [name: string, value: string])[],
  lines: Pick<Lines, "of">,
  log: Log,
): void {
  const ending = new WeakSet<Duplex>();
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (ending.has(socket)) return;
    ending.add(socket);
    const place = error.code === "ECONNRESET" || !socket.writable ? "nowhere" : placeOf(lines.of(socket));
    if (place === "nowhere") socket.destroy();
    else if (place === "now") {
      const code = problemCode(error.code);
      log.info("request-refused", { code, cause: error.code });
      socket.end(rawProblem(code, headers), () => socket.destroy());
    } else place.once("close", () => socket.destroy());
  });
}

/** Where an answer to the error would stand: now, nowhere, or behind a response after which it is not worth one. */
function placeOf(line: Line | undefined): "now" | "nowhere" | ServerResponse {
  if (line?.last === undefined) return "now";
  const { request, response } = line.last;
  // A complete request is answered; what is wrong came after it.
  if (request.complete) return response;
  return line.unanswered === 1 && !response.headersSent ? "now" : "nowhere";
}

function problemCode(cause: string | undefined): ProblemCode {
  if (cause === "HPE_HEADER_OVERFLOW") return "headers-too-large";
  if (cause === "HPE_CHUNK_EXTENSIONS_OVERFLOW") return "body-too-large";
  return cause === "ERR_HTTP_REQUEST_TIMEOUT" ? "request-timeout" : "malformed-request";
}

function rawProblem(code: ProblemCode, headers: readonly (readonly [name: string, value: string])[]): string {
  const refused = refusal(code);
  const body = JSON.stringify(problemOf(refused));
  const { status } = problemKind(code);
  const lines = [
    ...headers,
    ...Object.entries(problemHeaders(refused)),
    ["content-length", String(Buffer.byteLength(body))],
  ];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`;
}
