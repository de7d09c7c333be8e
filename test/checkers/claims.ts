import type { WireMessage } from "../../sync/message.ts";
import type { MessageId, Mid } from "../../sync/names.ts";
import type { History } from "./history.ts";

/** Somebody was told at this moment that this message is accepted, or stored. */
export interface Claim {
  readonly atMs: number;
  readonly mid: Mid;
  /** Absent: it was said of the mid, under whichever id. */
  readonly id?: MessageId;
  readonly state: WireMessage["state"];
}

/** Everything that answers and events said of the states of messages. */
export function claimsOf({ attempts, readers }: Pick<History, "attempts" | "readers">): Claim[] {
  const claims: Claim[] = [];
  for (const { answer } of attempts) {
    if (answer?.type === "acknowledged") claims.push(claim(answer.atMs, answer.message));
  }
  for (const { handed } of readers) {
    for (const { atMs, event } of handed) {
      if (event.type === "message") claims.push(claim(atMs, event.message));
      if (event.type === "stored")
        claims.push(...event.mids.map((mid): Claim => ({ atMs, mid, state: "stored" })));
    }
  }
  return claims;
}

function claim(atMs: number, { id, mid, state }: WireMessage): Claim {
  return { atMs, id, mid, state };
}
