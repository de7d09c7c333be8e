import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { temporaryDirectory } from "../../process/chat-processes.ts";
import { until } from "../../process/until.ts";
import type { Contestant } from "../contestant.ts";
import { startDaemon } from "./daemon.ts";
import { NCHAN, NGINX } from "./present.ts";

/** nginx in one process, so that its CPU is all of it, with nchan's own room of the name `bench`. */
export async function startNchan(): Promise<Contestant> {
  const directory = await temporaryDirectory();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const file = join(directory.path, "nginx.conf");
  await writeFile(file, configuration(directory.path, port));
  const nginx = startDaemon(NGINX, ["-c", file, "-p", directory.path, "-e", "stderr"]);
  // A poll is answered with the newest message, so there has to be one.
  await until(() =>
    fetch(`${url}/pub`, { method: "POST", body: "{}" }).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    name: "nchan",
    dialect: "nchan",
    url,
    pid: nginx.pid,
    async stop() {
      await nginx.stop();
      await directory.remove();
    },
  };
}

function configuration(directory: string, port: number): string {
  return `load_module ${NCHAN};
daemon off;
master_process off;
user root;
pid ${directory}/nginx.pid;
worker_rlimit_nofile 65536;
events { worker_connections 32768; }
http {
  access_log off;
  error_log stderr crit;
  keepalive_timeout 600s;
  keepalive_requests 1000000;
  client_body_temp_path ${directory}/body;
  nchan_shared_memory_size 256M;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    tcp_nodelay on;
    location = /pub {
      nchan_publisher;
      nchan_channel_id bench;
      nchan_message_buffer_length 10000;
      nchan_message_timeout 1m;
    }
    location = /sub {
      nchan_subscriber;
      nchan_channel_id bench;
      nchan_subscriber_first_message -1;
    }
  }
}
`;
}

/** nginx has to be told which one. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}
