import { isIPv6, type Socket } from "node:net";
import type { Clock } from "./clock.ts";
import type { DoorLimits } from "./limits.ts";

/**
 * How many may be connected, in all and per address, and how long a connection may take nothing of what is sent to
 * it. Node has no write timeout: measured, a client that never reads holds its connection for ever.
 */
export class Connections {
  readonly #limits: DoorLimits;
  readonly #perAddress = new Map<string, number>();
  readonly #open = new Map<Socket, Progress>();
  readonly #refused = new WeakSet<Socket>();
  readonly #stopBeat: () => void;
  #lastId = 0;

  constructor(server: ConnectionSource, limits: DoorLimits, clock: Clock) {
    this.#limits = limits;
    server.on("connection", (socket: Socket) => this.#connected(socket));
    this.#stopBeat = clock.everySecond(() => this.#cutStalled());
  }

  get count(): number {
    return this.#open.size;
  }

  /** Over a limit, but not so far that an answer would cost too much: its next request is told so. */
  isRefused(socket: Socket): boolean {
    return this.#refused.has(socket);
  }

  /** Which connection it is, counted since the region began: by it the lines of a log belong together. */
  idOf(socket: Socket): number | undefined {
    return this.#open.get(socket)?.id;
  }

  close(): void {
    this.#stopBeat();
  }

  #connected(socket: Socket): void {
    const address = addressKey(socket.remoteAddress ?? "");
    const fromAddress = address === undefined ? 0 : (this.#perAddress.get(address) ?? 0) + 1;
    const { connections, connectionsPerAddress, connectionsToldSo } = this.#limits;
    const over = Math.max(this.#open.size + 1 - connections, fromAddress - connectionsPerAddress);
    if (over > connectionsToldSo) {
      socket.destroy();
      return;
    }
    if (over > 0) this.#refused.add(socket);
    this.#lastId++;
    this.#open.set(socket, { id: this.#lastId, sentBytes: 0, stalledSeconds: 0 });
    if (address !== undefined) this.#perAddress.set(address, fromAddress);
    socket.once("close", () => {
      this.#open.delete(socket);
      if (address !== undefined) this.#left(address);
    });
  }

  #left(address: string): void {
    const others = (this.#perAddress.get(address) ?? 1) - 1;
    if (others === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, others);
  }

  #cutStalled(): void {
    for (const [socket, progress] of this.#open) {
      const sentBytes = socket.bytesWritten - socket.writableLength;
      const isStalled = socket.writableLength > 0 && sentBytes === progress.sentBytes;
      progress.sentBytes = sentBytes;
      progress.stalledSeconds = isStalled ? progress.stalledSeconds + 1 : 0;
      if (progress.stalledSeconds >= this.#limits.writeStallSeconds) socket.destroy();
    }
  }
}

/** The part of `http.Server` that is needed here. */
interface ConnectionSource {
  on(event: "connection", connected: (socket: Socket) => void): unknown;
}

interface Progress {
  readonly id: number;
  sentBytes: number;
  stalledSeconds: number;
}

/**
 * Whom an address stands for: an IPv4 host, or the /64 an IPv6 customer gets. Nobody in particular when it is this
 * machine: that is a proxy which speaks for everyone.
 */
export function addressKey(address: string): string | undefined {
  if (/^(127\.[0-9.]+|::ffff:127\.[0-9.]+|::1)$/.test(address)) return undefined;
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
