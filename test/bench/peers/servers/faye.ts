import { createServer, type Server } from "node:http";

/** Faye, with its clients in its own memory. It is posted to as its clients publish, and knows channels by their names. */
export function faye(packages: NodeJS.Require, pingMs: number): Server {
  const { NodeAdapter }: Faye = packages("faye");
  const server = createServer((_, response) => response.writeHead(404).end());
  new NodeAdapter({ mount: "/faye", timeout: pingMs / 1000 }).attach(server);
  return server;
}

/** Of the package what is used here: its types are not installed. */
interface Faye {
  /** `timeout`: seconds until a poll is answered though there is nothing. */
  readonly NodeAdapter: new (options: { mount: string; timeout: number }) => { attach(server: Server): void };
}
