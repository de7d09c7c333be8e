import type { Attendance } from "../sync/attendance.ts";
import { BEACON_NAMES } from "../sync/limits.ts";
import type { Room } from "../sync/names.ts";
import type { Clock } from "./clock.ts";
import type { Session } from "./sessions.ts";

/** Who goes and comes again within this time never left: a poll was answered, or a connection broke off. */
const LINGER_MS = 15_000;
/** Sessions counted at a time; whoever comes beyond that reads all the same. */
const SESSIONS = 10_000;

interface Guest {
  readonly name: string;
  rooms: readonly Room[];
  /** Polls parked and streams open. */
  open: number;
  leftMs: number;
}

/** Who reads in this region, and which rooms, of those who said who they are. */
export class Audience {
  readonly #clock: Pick<Clock, "now">;
  readonly #guests = new Map<string, Guest>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** A reader came. Returns what is called when it goes. */
  enter({ session, name }: Session, rooms: readonly Room[]): () => void {
    if (this.#guests.size >= SESSIONS && !this.#guests.has(session)) return () => undefined;
    const guest = this.#guests.get(session) ?? { name, rooms, open: 0, leftMs: 0 };
    guest.rooms = rooms;
    guest.open++;
    this.#guests.set(session, guest);
    return () => {
      guest.open--;
      guest.leftMs = this.#clock.now();
    };
  }

  /** By room, as much as a beacon may tell. In the same order as long as nobody comes or goes. */
  here(): readonly Attendance[] {
    const byRoom = new Map<Room, Set<string>>();
    let left = BEACON_NAMES;
    for (const [session, { name, rooms, open, leftMs }] of this.#guests) {
      if (open === 0 && this.#clock.now() - leftMs > LINGER_MS) {
        this.#guests.delete(session);
        continue;
      }
      for (const room of rooms) {
        const names = byRoom.get(room) ?? new Set();
        if (left === 0 || names.has(name)) continue;
        byRoom.set(room, names.add(name));
        left--;
      }
    }
    return Array.from(byRoom, ([room, names]) => ({ room, names: [...names].toSorted() }));
  }
}
