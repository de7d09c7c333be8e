import { BEGINNING, type Since, type StoreDocument } from "../../../sync/store.ts";
import { chanceOf } from "../../sync/chance.ts";
import type { Shape } from "./cluster.ts";
import type { Connection } from "./connection.ts";
import { Couch } from "./couch.ts";
import type { Feed } from "./feed.ts";

/** Short ways to ask the model and to read what it answers, for its tests. */

export const CLUSTER = { nodes: 3, shards: 2, checkpointShare: 0 };

export function couchOf(shape: Shape = {}, seed = 1): Couch {
  const couch = new Couch(chanceOf(seed), shape);
  couch.createDatabase();
  return couch;
}

export function numbered(count: number, room = "a"): StoreDocument[] {
  return Array.from({ length: count }, (_, place) => ({ _id: `${room}:${place + 1}`, n: place + 1 }));
}

export function outcomes(result: ReturnType<Connection["write"]>): string[] | string {
  return result.type === "rows" ? result.outcomes.map(({ type }) => type) : faultOf(result);
}

/** What a question came to: a fault's code, or the type of the answer. */
export function faultOf(result: {
  readonly type: string;
  readonly fault?: { readonly code: string };
}): string {
  return result.fault?.code ?? result.type;
}

export function headOf(connection: Connection): Since {
  const head = connection.head();
  if (head.type === "fault") throw new Error(head.fault.text);
  return head.since;
}

export function idsSince(connection: Connection, since: Since): string[] | string {
  const result = connection.changes(since, 1_000);
  return result.type === "changes" ? result.rows.map(({ id }) => id) : faultOf(result);
}

export function idsIn(connection: Connection): string[] | string {
  const result = connection.range({ from: "a", to: "z", limit: 1_000 });
  return result.type === "range" ? result.rows.map(({ id }) => id) : faultOf(result);
}

export function feedOf(connection: Connection, since: Since = BEGINNING): Feed {
  const opened = connection.follow(since);
  if (opened.type === "fault") throw new Error(opened.fault.text);
  return opened.feed;
}

export function found(connection: Connection, id: string): string {
  const result = connection.read([id]);
  return result.type === "found" ? (result.found[0]?.type ?? "") : faultOf(result);
}
