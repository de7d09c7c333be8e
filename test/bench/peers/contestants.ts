import { at, type Target } from "../contestant.ts";
import type { Job } from "../load/job.ts";
import { Program } from "../../process/program.ts";
import { startNchan } from "./nchan.ts";
import { PAIR, peersDirectory, type PeerName } from "./present.ts";
import { startRedis } from "./redis.ts";

/** By which ways a peer is read, and what they are called. */
export const WAYS: Readonly<Record<PeerName, Partial<Record<Job["via"], string>>>> = {
  "socket.io": { poll: "Socket.IO polling", stream: "Socket.IO WebSocket" },
  ws: { stream: "ws" },
  faye: { poll: "Faye polling", stream: "Faye WebSocket" },
  nchan: { poll: "nchan", stream: "nchan SSE" },
  [PAIR]: { poll: "Socket.IO polling, Redis", stream: "Socket.IO WebSocket, Redis" },
};

export interface Peer {
  readonly target: Target;
  stop(): Promise<void>;
}

export async function startPeer(peer: PeerName): Promise<Peer> {
  if (peer === PAIR) return startPair();
  const contestant =
    peer === "nchan" ? await startNchan() : { ...(await startServer(peer)), name: peer, dialect: peer };
  return { target: at(contestant), stop: () => contestant.stop() };
}

/** Who reads at one server is told by the Redis between them what was posted to the other. */
async function startPair(): Promise<Peer> {
  const redis = await startRedis();
  const [from, to] = await Promise.all([
    startServer("socket.io", redis.path),
    startServer("socket.io", redis.path),
  ]);
  const pids = [from.pid, to.pid, redis.pid];
  return {
    target: { dialect: "socket.io", postTo: [from.url], readFrom: [to.url], pids },
    async stop() {
      await Promise.all([from.stop(), to.stop()]);
      await redis.stop();
    },
  };
}

async function startServer(kind: "socket.io" | "ws" | "faye", ...redis: readonly string[]) {
  const [program, port] = await Program.start({
    script: "test/bench/peers/servers/main.js",
    args: [kind, peersDirectory() ?? "", ...redis],
    ready: /^listening (\d+)$/m,
  });
  return { url: `http://127.0.0.1:${port}`, pid: program.pid, stop: () => program.kill() };
}
