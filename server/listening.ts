import type { Server } from "node:http";
import { isRecord } from "../sync/json.ts";

export type Listening =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "failed"; readonly reason: string };

/** How many ports after the first are tried when none was asked for. */
const PORTS = 100;
/**
 * How many may knock before they are let in; Node's own 511 are not enough when a crowd comes back at once. Whoever is
 * one too many is not told so, but tries again after 1, 3, 7, 15 seconds. More than this Linux does not hold by default.
 */
const BACKLOG = 4_096;

/** What the person who started us calls the address, and what happens when no port is given. */
export interface AddressWords {
  readonly port: string;
  readonly host: string;
  readonly withoutPort: string;
}

const DOORS: AddressWords = { port: "PORT", host: "HOST", withoutPort: "to take the next free one" };

/** Listens on `port`, or when it need not be that one, on the first free one from there on. */
export async function listen(
  server: Server,
  host: string,
  port: number,
  isPortGiven: boolean,
  words = DOORS,
): Promise<Listening> {
  for (let candidate = port; candidate < port + PORTS && candidate < 65_536; candidate++) {
    const error = await tryToListen(server, host, candidate);
    if (error === undefined) {
      const address = server.address();
      return {
        type: "listening",
        port: typeof address === "object" && address !== null ? address.port : candidate,
      };
    }
    const isTaken = isRecord(error) && error["code"] === "EADDRINUSE";
    if (isPortGiven || !isTaken)
      return { type: "failed", reason: describe(error, isTaken, candidate, words) };
  }
  return {
    type: "failed",
    reason: `No port from ${port} to ${port + PORTS - 1} is free: give one with PORT.`,
  };
}

function describe(error: Error, isTaken: boolean, port: number, words: AddressWords): string {
  if (isTaken)
    return `Port ${port} is taken: give another one with ${words.port}, or leave ${words.port} out ${words.withoutPort}.`;
  return `Cannot listen on port ${port}: ${error.message}. Look at ${words.host} and ${words.port}.`;
}

function tryToListen(server: Server, host: string, port: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const failed = (error: Error): void => {
      server.off("listening", succeeded);
      resolve(error);
    };
    const succeeded = (): void => {
      server.off("error", failed);
      resolve(undefined);
    };
    server.once("error", failed);
    server.once("listening", succeeded);
    server.listen(port, host, BACKLOG);
  });
}
