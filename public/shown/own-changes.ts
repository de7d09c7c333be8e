import type { WireMessage } from "../../sync/message.ts";
import type { Mid } from "../../sync/names.ts";
import type { OutboxEntry } from "../client/outbox.ts";

/** What a person does to messages of their own, as far as no region has told of it yet. */
export class OwnChanges {
  readonly #last = new Map<Mid, OutboxEntry>();
  readonly #failed = new Map<Mid, OutboxEntry>();

  /** `outbox` as it was written; what stands among `messages` is told there. */
  constructor(outbox: readonly OutboxEntry[], messages: readonly WireMessage[]) {
    const changes = outbox.filter(({ change }) => change !== undefined);
    const told = new Set(changes.length === 0 ? [] : messages.map(({ mid }) => mid));
    for (const entry of changes) if (!told.has(entry.mid)) this.#add(entry);
  }

  /** What counts: a deletion, or else the last edit. */
  lastOf(changed: Mid): OutboxEntry | undefined {
    return this.#last.get(changed);
  }

  /** What no region took. */
  failedOf(changed: Mid): OutboxEntry | undefined {
    return this.#failed.get(changed);
  }

  #add(entry: OutboxEntry): void {
    const { change, state } = entry;
    if (change === undefined) return;
    if (state.type === "rejected") this.#failed.set(change.mid, entry);
    else if (this.#last.get(change.mid)?.change?.type !== "delete") this.#last.set(change.mid, entry);
  }
}
