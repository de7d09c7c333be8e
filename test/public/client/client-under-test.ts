import type { ExecutionContext } from "ava";
import { Client } from "../../../public/client/client.ts";
import type { ClientEvent } from "../../../public/client/events.ts";
import type { MemoryShelf } from "../../../public/client/memory-shelf.ts";
import type { OutboxEntry } from "../../../public/client/outbox.ts";
import type { WireMessage } from "../../../sync/message.ts";
import type { RegionsAnswer, RegionView } from "../../../sync/wire.ts";
import { branded } from "../../../sync/brand.ts";
import { messageId, type OrderKey } from "../../../sync/names.ts";
import { lobby, messageAt, orderOf } from "../messages.ts";
import { ScriptedPlatform, type Asked } from "../scripted-platform.ts";

export const SYNC = "GET /sync";
export const POST = "POST /rooms/lobby/messages";
export const SESSIONS = "POST /sessions";

export interface Opened {
  readonly client: Client;
  readonly platform: ScriptedPlatform;
  readonly events: readonly ClientEvent[];
  readonly outbox: () => readonly OutboxEntry[];
}

/** A client that follows the lobby, in a world that the test scripts. */
export function openClient(t: ExecutionContext): Opened {
  const platform = new ScriptedPlatform();
  const events: ClientEvent[] = [];
  const client = new Client({ platform, base: "", listen: (event) => events.push(event) });
  t.teardown(client.start());
  client.follow([lobby]);
  const outbox = (): readonly OutboxEntry[] =>
    events.findLast((event) => event.type === "outboxChanged")?.entries ?? [];
  return { client, platform, events, outbox };
}

/** The same, live and signed in as Maren. */
export async function openLiveClient(t: ExecutionContext): Promise<Opened> {
  const opened = openClient(t);
  (await opened.platform.request(SYNC)).answer(200, { events: [], cursor: "c0", reset: { reason: "start" } });
  opened.client.signIn("Maren");
  (await opened.platform.request(SESSIONS)).answer(201, sessionCalled("s1"));
  return opened;
}

/** One page of a browser, on its shelf. `close` is its end, by a reload or a crash. */
export function openPage(t: ExecutionContext, shelf: MemoryShelf, session: string) {
  const platform = new ScriptedPlatform();
  const events: ClientEvent[] = [];
  const client = new Client({ platform, base: "", shelf, listen: (event) => events.push(event) });
  const close = client.start();
  t.teardown(close);
  client.follow([lobby]);
  client.signIn("Maren", { token: `token of ${session}`, session, name: "Maren", region: "us" });
  const outbox = (): readonly OutboxEntry[] =>
    events.findLast((event) => event.type === "outboxChanged")?.entries ?? [];
  return { client, platform, outbox, close };
}

export function sessionCalled(session: string): object {
  return { token: `token of ${session}`, session, name: "Maren", region: "us" };
}

/** The message that a region makes of a post, at slot `n`. */
export function taken(post: Asked, n: number, state: WireMessage["state"], session = "s1"): object {
  const { mid, text, change } = bodyOf(post);
  const sender = { name: "Maren", session };
  if (change === undefined) return { message: { ...messageAt(n, { state, text }), mid, sender } };
  const order = branded<OrderKey>(`${change.order}~${orderOf(n)}`);
  return {
    message: { ...messageAt(n, { state, text }), mid, sender, change, order, id: messageId(lobby, order) },
  };
}

interface Body {
  readonly mid: string;
  readonly text: string;
  readonly after: string;
  readonly change?: { readonly type: string; readonly mid: string; readonly order: string };
}

export function bodyOf(asked: Asked): Body {
  const body = {
    mid: textIn(asked.body, "mid"),
    text: textIn(asked.body, "text"),
    after: textIn(asked.body, "after"),
  };
  const change = fieldIn(asked.body, "change");
  if (change === undefined) return body;
  return {
    ...body,
    change: { type: textIn(change, "type"), mid: textIn(change, "mid"), order: textIn(change, "order") },
  };
}

function fieldIn(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textIn(value: unknown, name: string): string {
  return String(fieldIn(value, name));
}

export const statesOf = (entries: readonly OutboxEntry[]): string[] =>
  entries.map((entry) => entry.state.type);

/** What `GET /regions` answers in the region of this name. */
export function regionsSeenBy(region: string, regions: readonly Partial<RegionView>[]): RegionsAnswer {
  return {
    region,
    store: { state: "live", waiting: 0 },
    audit: { isRunning: false, restored: 0 },
    regions: regions.map((view, place) => ({
      name: `region-${place}`,
      origin: `${place}`.repeat(26),
      url: "",
      state: "live",
      at: 1_700_000_000_000,
      version: "0.1.0",
      written: 0,
      seen: {},
      connections: 0,
      missing: {},
      ...view,
    })),
  };
}
