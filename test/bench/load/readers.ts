import type { Socket } from "node:net";
import type { Dialect } from "./dialect.ts";
import { HttpLine, type Answer } from "./http-line.ts";
import { Page, type Ledger } from "./ledger.ts";
import { openSocket } from "./socket.ts";

export interface Reader {
  readonly page: Page;
  close(): void;
}

/** What somebody reads, and where. */
interface Assignment {
  readonly server: URL;
  /** Where it goes when it was cut. */
  readonly refuge: URL;
  readonly dialect: Dialect;
  readonly ledger: Ledger;
  /** Called when it is there, and each time when it is back after it was cut. */
  readonly ready: () => void;
}

/** Asks again and again, each time with the cursor of the answer before. It is there with the first answer. */
export function pollReader({ server, refuge, dialect, ledger, ready }: Assignment): Reader {
  const page = new Page();
  const line = new HttpLine(server, () => {
    isReady = false;
    return { url: refuge, afterMs: againMs() };
  });
  let cursor: string | undefined;
  let isReady = false;
  let isClosed = false;
  const ask = (): void => {
    if (!isClosed) line.ask(dialect.poll(server, cursor), heard);
  };
  const heard = (answer: Answer): void => {
    const { status } = answer;
    if (status === 200) {
      ledger.read(answer.body, page, performance.now());
      if (!isReady) ready();
      isReady = true;
      cursor = dialect.cursorOf(answer, cursor) ?? cursor;
    }
    if (dialect.pauseMs === 0 && status === 200) ask();
    else setTimeout(ask, status === 200 ? dialect.pauseMs : againMs());
  };
  ask();
  return {
    page,
    close() {
      isClosed = true;
      line.close();
    },
  };
}

/** Takes what comes, and comes back with the last event's id when it is cut. It is there with the first bytes. */
export function streamReader({ server, refuge, dialect, ledger, ready }: Assignment): Reader {
  const { greetings = [] } = dialect;
  const page = new Page();
  let greeted = 0;
  let held: Buffer | undefined;
  let cursor: string | undefined;
  let isReady = false;
  let isClosed = false;
  let socket = open(server);

  function open(to: URL): Socket {
    const opened = openSocket(to, heard, ended);
    opened.write(dialect.stream(to, cursor), "latin1");
    return opened;
  }
  function heard(bytes: Buffer): void {
    if (!isReady) {
      if (Number(bytes.toString("latin1", 9, 12)) !== dialect.streamStatus) return;
      ready();
      isReady = true;
    }
    const greet = greetings[greeted];
    if (greet !== undefined) {
      socket.write(greet(bytes.toString("latin1")), "latin1");
      greeted++;
    }
    const all = held === undefined ? bytes : Buffer.concat([held, bytes]);
    // No number stands behind the last event's end.
    const end = all.lastIndexOf(dialect.eventEnd) + 1;
    held = end === all.length ? undefined : Buffer.from(all.subarray(end));
    const whole = all.subarray(0, end);
    cursor = lastId(whole) ?? cursor;
    ledger.read(whole, page, performance.now());
  }
  function ended(): void {
    held = undefined;
    isReady = false;
    greeted = 0;
    if (!isClosed) setTimeout(() => void (isClosed || (socket = open(refuge))), againMs());
  }
  return {
    page,
    close() {
      isClosed = true;
      socket.destroy();
    },
  };
}

const NEWLINE = 0x0a;
const ID = Buffer.from("id: ");

/** Of the last event that is all there. */
function lastId(events: Buffer): string | undefined {
  const at = events.lastIndexOf(ID);
  return at === -1 ? undefined : events.toString("latin1", at + ID.length, events.indexOf(NEWLINE, at));
}

/** Before somebody comes again who was refused or cut: as a page does, not all at once. */
function againMs(): number {
  return 250 + Math.random() * 500;
}
