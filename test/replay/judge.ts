import { createHash } from "node:crypto";
import type { WireMessage } from "../../sync/message.ts";
import type { Mid, OrderKey } from "../../sync/names.ts";
import type { Post, Showing } from "./evidence.ts";

/** Holds what was shown against what was posted (design §7, I1 to I5 and I8). Pure: evidence in, findings out. */

export type FaultKind =
  /** Acknowledged, but not shown (I1). */
  | "lost"
  /** Shown, or handed over, more than once (I2). */
  | "twice"
  /** Not in its sender's order, not after what it answers, or not where its order key belongs (I3). */
  | "out of order"
  /** Shown, but posted by nobody, or otherwise (I5). */
  | "altered"
  /** Everything was quiet, and it was still not said to be in the store (I8). */
  | "not stored"
  /** No attempt to post it was answered. */
  | "unanswered"
  /** Refused, but not by one of the doors' rules about a text. */
  | "refused"
  /** What this place shows is not what the first one shows (I4). */
  | "disagreement";

export interface Fault {
  readonly kind: FaultKind;
  /** Where it was seen: a region's reader or history, or the answers to posts. */
  readonly where: string;
  /** The message, by its id where it has one, else by its mid. */
  readonly message: string;
}

export interface RegionDigests {
  readonly region: string;
  readonly reader: string;
  readonly history: string;
}

export interface Verdict {
  readonly faults: readonly Fault[];
  readonly digests: readonly RegionDigests[];
}

/** What the doors say about a text that is empty, too long or has controls in it. */
const DOOR_RULES: ReadonlySet<string> = new Set(["invalid-field", "invalid-json", "body-too-large"]);

export function judge(posts: readonly Post[], showings: readonly Showing[]): Verdict {
  const faults = judgeAnswers(posts);
  const digests: RegionDigests[] = [];
  for (const { region, reader, history, repeats } of showings) {
    faults.push(...judgePlace(posts, reader, `${region} reader`));
    faults.push(...judgePlace(posts, history, `${region} history`));
    for (const message of repeats) faults.push({ kind: "twice", where: `${region} reader`, message });
    digests.push({ region, reader: digest(reader), history: digest(history) });
  }
  faults.push(...disagreements(digests));
  return { faults, digests };
}

/** The messages in their order, by what a person reads and who wrote it: SHA-256 in hex. */
export function digest(messages: readonly WireMessage[]): string {
  const hash = createHash("sha256");
  for (const { id, text, sender } of messages) hash.update(`${JSON.stringify([id, text, sender.name])}\n`);
  return hash.digest("hex");
}

function judgeAnswers(posts: readonly Post[]): Fault[] {
  const faults: Fault[] = [];
  const newest = new Map<string, OrderKey>();
  const find = (kind: FaultKind, message: string): void =>
    void faults.push({ kind, where: "answers", message });
  for (const { mid, session, after, outcome } of posts) {
    switch (outcome.type) {
      case "acknowledged": {
        const before = newest.get(session) ?? "";
        if (outcome.order <= before || outcome.order <= (after ?? "")) find("out of order", mid);
        newest.set(session, outcome.order);
        break;
      }
      case "refused":
        if (!DOOR_RULES.has(outcome.code)) find("refused", mid);
        break;
      case "unanswered":
        find("unanswered", mid);
    }
  }
  return faults;
}

/** One place that shows messages: each acknowledged one, once, as it was posted, in order, stored. */
function judgePlace(posts: readonly Post[], shown: readonly WireMessage[], where: string): Fault[] {
  const faults: Fault[] = [];
  const find = (kind: FaultKind, message: string): void => void faults.push({ kind, where, message });
  const turns = new Map<Mid, number>(posts.map(({ mid }, turn) => [mid, turn]));
  const seen = new Set<Mid>();
  const lastTurns = new Map<string, number>();
  let before: WireMessage | undefined;
  for (const message of shown) {
    const turn = turns.get(message.mid);
    const post = turn === undefined ? undefined : posts[turn];
    if (turn === undefined || post === undefined) find("altered", message.id);
    else if (seen.has(message.mid)) find("twice", message.id);
    else {
      if (!isAsPosted(message, post)) find("altered", message.id);
      const isEarly = turn < (lastTurns.get(post.session) ?? -1);
      const isMisplaced = before?.room === message.room && before.order >= message.order;
      if (isEarly || isMisplaced) find("out of order", message.id);
      lastTurns.set(post.session, turn);
    }
    if (message.state !== "stored") find("not stored", message.id);
    seen.add(message.mid);
    before = message;
  }
  for (const { mid, outcome } of posts) {
    if (outcome.type === "acknowledged" && !seen.has(mid)) find("lost", mid);
  }
  return faults;
}

function isAsPosted({ room, text, sender, order }: WireMessage, post: Post): boolean {
  const { outcome } = post;
  return (
    room === post.room &&
    text === post.text &&
    sender.name === post.sender &&
    sender.session === post.session &&
    outcome.type !== "refused" &&
    (outcome.type === "unanswered" || outcome.order === order)
  );
}

function disagreements(digests: readonly RegionDigests[]): Fault[] {
  const places = digests.flatMap(({ region, reader, history }) => [
    { where: `${region} reader`, message: reader },
    { where: `${region} history`, message: history },
  ]);
  return places
    .filter(({ message }) => message !== places[0]?.message)
    .map((place) => ({ kind: "disagreement" as const, ...place }));
}
