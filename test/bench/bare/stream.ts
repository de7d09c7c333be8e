import type { ServerResponse } from "node:http";
import type { BareChat } from "./server.ts";

/** Baseline 2: server-sent events, one shared buffer for all streams. `gather` says when it is written. */
export function stream(gather: (flush: () => void) => void): BareChat {
  const open = new Set<ServerResponse>();
  let frames: string[] = [];

  function flush(): void {
    if (frames.length === 0) return;
    const bytes = Buffer.from(frames.join(""));
    frames = [];
    for (const response of open) response.write(bytes);
  }
  return {
    said(json) {
      frames.push(`data: ${json}\n\n`);
      gather(flush);
    },
    read(request, response) {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(":\n\n");
      open.add(response);
      request.once("close", () => open.delete(response));
    },
  };
}
