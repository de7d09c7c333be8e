import type { Socket } from "node:net";
import type { Connections } from "./connections.ts";
import type { Log } from "./log.ts";

/** A request on its connection; a Koa context is one. */
export interface Exchange {
  readonly socket: Socket;
  readonly method: string;
}

/** Our own mistakes, and how far they reach: to the end of the connection they happen on (R15). */
export class Bugs {
  readonly #connections: Pick<Connections, "idOf">;
  readonly #log: Log;

  constructor(connections: Pick<Connections, "idOf">, log: Log) {
    this.#connections = connections;
    this.#log = log;
  }

  tell({ socket, method }: Exchange, error: unknown): void {
    const connection = this.#connections.idOf(socket);
    this.#log.error("request-failed", { connection, method, ...describeBug(error) });
  }

  /**
   * Does what belongs to one connection but is called by somebody else: an arrival, a beat, the end of the region.
   * The others it calls must not miss their turn.
   */
  confine(exchange: Exchange, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.tell(exchange, error);
      exchange.socket.destroy();
    }
  }
}

/** Where it happened, without the error's message: that may quote what somebody wrote (A15). */
export function describeBug(error: unknown): { error: string; where: string } {
  if (!(error instanceof Error)) return { error: typeof error, where: "" };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    where: frames
      .slice(0, 3)
      .map((line) => line.trim())
      .join(" "),
  };
}
