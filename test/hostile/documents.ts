import { setTimeout } from "node:timers/promises";
import { branded } from "../../sync/brand.ts";
import { messageDocument } from "../../sync/document.ts";
import type { WireMessage } from "../../sync/message.ts";
import { orderKey, origin8, type Mid, type Origin, type Room } from "../../sync/names.ts";
import { encodeStamp } from "../../sync/stamp.ts";
import type { StoreDocument } from "../../sync/store.ts";
import type { MemoryStore } from "../couchdb/memory-store.ts";
import { ask } from "../server/client.ts";

const ADMIN = branded<Origin>("admin0000000000000000000a0");
const AGAIN_MS = 100;
const BEGINNING_MS = Date.UTC(2026, 0, 1);

/** The nth document an admin typed in: a message but for the fields given, which may hold anything. */
export function typedIn(n: number, room: string, fields: Readonly<Record<string, unknown>>): StoreDocument {
  const message = {
    room: branded<Room>(room),
    mid: branded<Mid>(`018bcfe5-6800-7000-9000-${String(n).padStart(12, "0")}`),
    sender: "Ana",
    session: "a-session-of-ana",
    text: "typed in",
    order: orderKey({ stamp: encodeStamp(BEGINNING_MS + n, 0), origin8: origin8(ADMIN), n }),
    origin: ADMIN,
    region: "fauxton",
    at: BEGINNING_MS + n,
  };
  return { ...messageDocument(message), ...fields };
}

/** As Fauxton saves them, but in bulk. Throws when the store takes one of them not. */
export async function typeIn(store: MemoryStore, documents: readonly StoreDocument[]): Promise<void> {
  for (let at = 0; at < documents.length; at += 500) {
    const result = await store.write(documents.slice(at, at + 500));
    if (result.type !== "rows") throw new Error(`the store took none of ${at} and more: ${result.type}`);
    const refused = result.outcomes.findIndex(({ type }) => type !== "stored");
    if (refused !== -1) throw new Error(`the store did not take document ${at + refused}`);
  }
}

/** The text of a room's newest message. */
export async function newestOf(regionUrl: string, room: string): Promise<string | undefined> {
  const page = await pageAt(`${regionUrl}/api/v1/rooms/${room}/messages?limit=1`);
  return page.messages.at(-1)?.text;
}

/** A room's whole history, page by page as a client reads it. */
export async function historyOf(regionUrl: string, room: string): Promise<readonly WireMessage[]> {
  const messages: WireMessage[] = [];
  for (let before = ""; ;) {
    const page = await pageAt(`${regionUrl}/api/v1/rooms/${room}/messages?limit=200${before}`);
    messages.unshift(...page.messages);
    if (page.before === undefined) return messages;
    before = `&before=${page.before}`;
  }
}

interface HistoryPage {
  readonly messages: readonly WireMessage[];
  readonly before?: string;
}

/** A region on a busy machine asks to come again (A22). */
async function pageAt(address: string): Promise<HistoryPage> {
  for (;;) {
    const { status, text } = await ask(address);
    if (status !== 503) return JSON.parse(text);
    await setTimeout(AGAIN_MS);
  }
}
