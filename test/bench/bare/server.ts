import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** The least that a chat's server can be: a JSON POST is taken, and whoever reads is told. Nothing is kept. */
export interface BareChat {
  /** `json` is a message as it is told. */
  said(json: string): void;
  read(request: IncomingMessage, response: ServerResponse): void;
}

const JSON_TYPE = { "Content-Type": "application/json" };

/** Not listening yet. */
export function bareServer(chat: BareChat): Server {
  return createServer((request, response) => {
    if (request.method === "GET") chat.read(request, response);
    else takeJson(request, response, chat);
  });
}

/** Baseline 3: a POST that parses JSON and answers. A session is asked for by the same name as Settee's. */
function takeJson(request: IncomingMessage, response: ServerResponse, chat: BareChat): void {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (text: string) => (body += text));
  request.on("end", () => {
    const said: { text?: string } = JSON.parse(body);
    if (said.text !== undefined) chat.said(JSON.stringify({ text: said.text }));
    response.writeHead(201, JSON_TYPE).end('{"token":""}');
  });
}
