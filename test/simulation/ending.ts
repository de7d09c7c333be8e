import { classify } from "../../sync/document.ts";
import { toWire, type WireMessage } from "../../sync/message.ts";
import { isOrderKey, type OrderKey, type Room } from "../../sync/names.ts";
import type { HistoryAnswer } from "../../sync/wire.ts";
import type { Final, History, Screen } from "../checkers/history.ts";
import { authorshipOf } from "../checkers/authorship.ts";
import { settledRooms } from "../checkers/settled.ts";
import type { Ending } from "./chronicle.ts";
import type { Machine } from "./machine.ts";
import { NOON_MS, type World } from "./world.ts";

const PAGE_MESSAGES = 50;

/** The history of a world up to now, with what everybody shows at this moment. */
export function historyOf(world: World): History {
  return world.chronicle.history(endingOf(world), world.schedule.nowMs - NOON_MS);
}

/**
 * Whether there is nothing left to wait for: everything is said and stored, and whatever is shown anywhere is what
 * stands in the store. Cheaper than the judges, who have the last word.
 */
export function isQuiet(world: World): boolean {
  const living = world.living();
  const isIdle = living.every(({ process }) => {
    const view = process?.region.storeView();
    return process?.region.hasJoined === true && view?.waiting === 0;
  });
  if (!isIdle || world.people.some(({ author }) => author?.isDone === false)) return false;
  const settled = settledRooms({ store: { messages: storedMessages(world), unstorable: [] } });
  const isSettled = (room: Room, shown: readonly WireMessage[]): boolean => {
    const expected = settled.get(room) ?? [];
    return (
      shown.length === expected.length &&
      shown.every(({ id, state }, place) => id === expected[place]?.id && state === "stored")
    );
  };
  if (!living.every((machine) => world.rooms.every((room) => isSettled(room, wholeHistory(machine, room)))))
    return false;
  const shown = world.people.flatMap(({ page }) =>
    page.rooms.map((room) => {
      scrollUp(page.home, room, (history) => page.screen.scrollUp(room, history));
      return { room, lines: page.screen.lines(room) };
    }),
  );
  return shown.every(({ room, lines }) => isSettled(room, lines));
}

function endingOf(world: World): Ending {
  const screens = world.people.flatMap(({ page }) =>
    page.rooms.map((room): Screen => {
      scrollUp(page.home, room, (history) => page.screen.scrollUp(room, history));
      const lines = page.screen.lines(room).map(({ sender, text }) => ({ sender: sender.name, text }));
      return { client: page.name, room, from: "", lines };
    }),
  );
  const finals = world.living().flatMap((machine) =>
    world.rooms.map((room): Final => ({
      region: machine.origin,
      room,
      messages: wholeHistory(machine, room),
    })),
  );
  return { screens, finals, stored: storedMessages(world), loads: [] };
}

function storedMessages({ couch }: World): WireMessage[] {
  return couch.ids().flatMap((id) => {
    const incoming = classify({ id, document: couch.documentAt(id) });
    return incoming.type === "message" ? toWire(incoming.message, "stored") : [];
  });
}

/**
 * A room as a region's door tells it, page by page from the newest to the very beginning. Of two messages of one mid on
 * different pages a region that joined late may know only the one at a time; whoever scrolls up keeps the lower one.
 */
function wholeHistory(machine: Machine, room: Room): WireMessage[] {
  let messages: WireMessage[] = [];
  scrollUp(machine, room, (history) => {
    let before: string | undefined;
    do {
      const answer = history(before);
      const older = new Set(answer.messages.map(authorshipOf));
      messages = [...answer.messages, ...messages.filter((message) => !older.has(authorshipOf(message)))];
      before = answer.before;
    } while (before !== undefined);
  });
  return messages;
}

function scrollUp(
  { process, line }: Machine,
  room: Room,
  scroll: (history: (before: string | undefined) => HistoryAnswer) => void,
): void {
  if (process === undefined) return;
  scroll((before) => {
    const query = {
      room,
      limit: PAGE_MESSAGES,
      ...(before === undefined ? {} : { before: asOrder(before) }),
    };
    const page = process.door.history(query, (range) => line.connection.range(range));
    const oldest = page.messages[0]?.order;
    return {
      messages: page.messages,
      ...(page.hasOlder && oldest !== undefined ? { before: oldest } : {}),
      ...(page.incomplete ? { incomplete: true } : {}),
    };
  });
}

/** The doors hand out order keys as texts, and take them back. */
function asOrder(text: string): OrderKey {
  if (!isOrderKey(text)) throw new TypeError(`not an order key: ${text}`);
  return text;
}
