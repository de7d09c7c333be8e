import type { Contestant } from "../contestant.ts";
import type { Job } from "../load/job.ts";
import { Program } from "../../process/program.ts";
import { startNchan } from "./nchan.ts";
import { peersDirectory, type PeerName } from "./present.ts";

/** By which ways a peer is read, and what they are called. */
export const WAYS: Readonly<Record<PeerName, Partial<Record<Job["via"], string>>>> = {
  "socket.io": { poll: "Socket.IO polling", stream: "Socket.IO WebSocket" },
  ws: { stream: "ws" },
  nchan: { poll: "nchan", stream: "nchan SSE" },
};

export async function startPeer(peer: PeerName): Promise<Contestant> {
  if (peer === "nchan") return startNchan();
  const [program, port] = await Program.start({
    script: "test/bench/peers/main.js",
    args: [peer, peersDirectory() ?? ""],
    ready: /^listening (\d+)$/m,
  });
  const url = `http://127.0.0.1:${port}`;
  return { name: peer, dialect: peer, url, pid: program.pid, stop: () => program.kill() };
}
