import { connect } from "node:net";
import { join } from "node:path";
import { temporaryDirectory } from "../../process/chat-processes.ts";
import { until } from "../../process/until.ts";
import { startDaemon, type Daemon } from "./daemon.ts";
import { REDIS } from "./present.ts";

/** A Redis that keeps nothing on disk. It listens at a socket file alone, so no port has to be found for it. */
export async function startRedis(): Promise<Daemon & { readonly path: string }> {
  const directory = await temporaryDirectory();
  const path = join(directory.path, "redis.sock");
  const memoryOnly = ["--save", "", "--appendonly", "no", "--dir", directory.path];
  const redis = startDaemon(REDIS, ["--port", "0", "--unixsocket", path, ...memoryOnly]);
  await until(() => isListening(path));
  return {
    pid: redis.pid,
    path,
    async stop() {
      await redis.stop();
      await directory.remove();
    },
  };
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
