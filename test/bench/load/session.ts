import type { Dialect } from "./dialect.ts";

/** Long polls of somebody who greets, is given a session, joins with it, and only then is told anything. */
interface Acquaintance {
  readonly greet: (server: URL) => string;
  /** Finds the session in the answer to that. */
  readonly session: RegExp;
  readonly join: (server: URL, session: string) => string;
  readonly poll: (server: URL, session: string) => string;
}

/** Before the session of somebody who has to join yet. */
const GREETED = "greeted ";

/** The cursor is the session. */
export function inSession({ greet, session, join, poll }: Acquaintance): Pick<Dialect, "poll" | "cursorOf"> {
  return {
    poll(server, cursor) {
      if (cursor === undefined) return greet(server);
      return cursor.startsWith(GREETED) ? join(server, cursor.slice(GREETED.length)) : poll(server, cursor);
    },
    cursorOf({ body }, cursor) {
      if (cursor?.startsWith(GREETED) === true) return cursor.slice(GREETED.length);
      const given = cursor === undefined ? session.exec(body.toString("latin1"))?.[1] : undefined;
      return given === undefined ? undefined : GREETED + given;
    },
  };
}
