import type { Platform } from "../../public/client/platform.ts";
import { webPlatform } from "../../public/client/platform.ts";
import type { Connection } from "./connection.ts";

/** What the page's own client needs, over connections that are timed. */
export function replayPlatform(connection: Connection): Platform {
  return {
    ...webPlatform,
    async fetch(url, { method, headers, body, signal }) {
      const answer = await connection.ask(new URL(url), {
        method: method ?? "GET",
        headers: Object.fromEntries(new Headers(headers)),
        body: typeof body === "string" ? body : "",
        ...(signal === undefined || signal === null ? {} : { signal }),
      });
      const retryAfter = answer.headers["retry-after"];
      return new Response(answer.body, {
        status: answer.status,
        headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
      });
    },
  };
}
