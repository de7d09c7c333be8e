import { classify } from "../../../sync/document.ts";
import { isRecord } from "../../../sync/json.ts";
import { toWire, type WireMessage } from "../../../sync/message.ts";
import type { Stage } from "./stage.ts";
import { fetchStore } from "./store.ts";

const PIECE_ROWS = 1_000;

export interface StoreQuery {
  readonly limit: number;
  readonly isNewestFirst?: true;
}

/** Messages that stand in the store, by id, read past every cable and every region; none in a database that is gone. */
export async function readStore(stage: Stage, { limit, isNewestFirst }: StoreQuery): Promise<WireMessage[]> {
  const messages: WireMessage[] = [];
  const search = new URLSearchParams({ include_docs: "true", limit: `${Math.min(limit, PIECE_ROWS)}` });
  if (isNewestFirst === true) search.set("descending", "true");
  for (;;) {
    const { status, body } = await fetchStore(`${stage.databaseUrl}/_all_docs?${search}`);
    // Deleted a moment ago, and no region has made it anew yet.
    if (status === 404) return [];
    const rows: unknown = isRecord(body) ? body["rows"] : undefined;
    if (!Array.isArray(rows))
      throw new Error(`the store does not give its documents: ${JSON.stringify(body)}`);
    messages.push(...rows.flatMap(messageOf));
    const last: unknown = rows.at(-1);
    if (rows.length < PIECE_ROWS || messages.length >= limit || !isRecord(last)) return messages;
    search.set("startkey", JSON.stringify(last["id"]));
    search.set("skip", "1");
  }
}

function messageOf(row: unknown): WireMessage[] {
  if (!isRecord(row) || typeof row["id"] !== "string") return [];
  const incoming = classify({ id: row["id"], document: row["doc"] });
  return incoming.type === "message" ? [toWire(incoming.message, "stored")] : [];
}
