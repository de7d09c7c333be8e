import type { Server } from "node:http";
import { bareServer } from "../../bare/server.ts";

/**
 * Socket.IO. It is posted to as the bare servers are, and tells all its readers, and those of all servers that share its
 * Redis. It takes its own requests away from the server that it is given, and leaves the others.
 */
export async function socketIo(
  packages: NodeJS.Require,
  pingMs: number,
  redis: string | undefined,
): Promise<Server> {
  const posts = bareServer({
    said: (json) => everybody.emit("said", JSON.parse(json)),
    read: (_, response) => response.writeHead(404).end(),
  });
  const { Server: SocketIo }: SocketIoPackage = packages("socket.io");
  const everybody = new SocketIo(posts, { pingInterval: pingMs });
  if (redis !== undefined) everybody.adapter(await redisAdapter(packages, redis));
  return posts;
}

/** `path`: of the Redis's socket file. */
async function redisAdapter(packages: NodeJS.Require, path: string): Promise<Adapter> {
  const { createAdapter }: AdapterPackage = packages("@socket.io/redis-adapter");
  const { createClient }: RedisPackage = packages("redis");
  const says = createClient({ socket: { path } });
  const hears = says.duplicate();
  await Promise.all([says.connect(), hears.connect()]);
  return createAdapter(says, hears);
}

/** Of the packages what is used here: their types are not installed. */
interface SocketIoPackage {
  readonly Server: new (
    server: Server,
    options: { pingInterval: number },
  ) => {
    emit(event: string, value: unknown): void;
    adapter(made: Adapter): void;
  };
}

type Adapter = (namespace: unknown) => unknown;

interface AdapterPackage {
  readonly createAdapter: (says: Redis, hears: Redis) => Adapter;
}

interface RedisPackage {
  readonly createClient: (options: { socket: { path: string } }) => Redis;
}

interface Redis {
  duplicate(): Redis;
  connect(): Promise<unknown>;
}
