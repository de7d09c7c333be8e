import type { Server } from "node:http";
import { bareServer } from "../../bare/server.ts";

/** ws. It is posted to as the bare servers are, and tells all its readers. */
export function webSockets(packages: NodeJS.Require): Server {
  const { WebSocketServer }: Ws = packages("ws");
  const posts = bareServer({
    said: (json) => {
      for (const client of sockets.clients) client.send(json);
    },
    read: (_, response) => response.writeHead(404).end(),
  });
  const sockets = new WebSocketServer({ server: posts });
  return posts;
}

/** Of the package what is used here: its types are not installed. */
interface Ws {
  readonly WebSocketServer: new (options: { server: Server }) => {
    readonly clients: ReadonlySet<{ send(text: string): void }>;
  };
}
