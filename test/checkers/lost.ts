import { authorship, authorshipOf, byAuthorship, type Authorship } from "./authorship.ts";
import type { Attempt, History, Kept } from "./history.ts";
import { ofMessages, type Violation } from "./violation.ts";

type Acknowledged = Attempt & { readonly answer: { readonly type: "acknowledged" } };

/**
 * I1: no acknowledged message is lost. Like the elements of Jepsen's set-full: each one that was acknowledged stands
 * in a final history, unless an admin deleted it, its author was told that it is rejected, the store will never
 * take it, or the only disk that had it is gone for ever.
 */
export function lost(history: History): Violation[] {
  const shown = finallyShown(history);
  const excused = new Set([...deleted(history), ...rejected(history)]);
  const missing = [...byAuthorship(history.attempts.filter(isAcknowledged))].filter(
    ([author, attempts]) =>
      !shown.has(author) &&
      !excused.has(author) &&
      !attempts.every((attempt) => wentDown(attempt, history) || isUnstorable(attempt, history)),
  );
  return ofMessages(
    "I1",
    missing.flatMap(([, attempts]) => attempts),
    "acknowledged by a region and shown by none at the end: lost.",
  );
}

function isAcknowledged(attempt: Attempt): attempt is Acknowledged {
  return attempt.answer?.type === "acknowledged";
}

/** With no region left the store has the last word. */
function finallyShown({ finals, store }: History): Set<Authorship> {
  const shown = finals.length > 0 ? finals.flatMap(({ messages }) => messages) : store.messages;
  return new Set(shown.map(authorshipOf));
}

/** One that was undone may stand again, or be deleted again. */
function deleted({ deeds }: History): Authorship[] {
  return deeds.flatMap((deed) => (deed.type === "deleted" ? authorship(deed) : []));
}

/** Whether that was true is another promise's business (I8). */
function rejected({ attempts, readers, said }: History): Authorship[] {
  const mids = new Set<string>();
  for (const { handed } of readers)
    for (const { event } of handed) if (event.type === "rejected") mids.add(event.mid);
  for (const { mid, answer } of attempts)
    if (answer?.type === "refused" && answer.code === "rejected") mids.add(mid);
  return mids.size === 0 ? [] : said.filter(({ mid }) => mids.has(mid)).map(authorship);
}

/** The store takes it under no circumstances. Its region says so to its own readers: an author who reads elsewhere asks. */
function isUnstorable({ answer: { message } }: Acknowledged, { store }: History): boolean {
  return message.state === "accepted" && store.unstorable.includes(message.id);
}

/** Whether its region's disk went down with this message before the store had it. */
function wentDown({ region, answer }: Acknowledged, { lostDisks, confirmed }: History): boolean {
  const { state, id } = answer.message;
  if (state === "stored") return false;
  return lostDisks.some(
    (disk) => disk.region === region && disk.atMs >= answer.atMs && !isKept(confirmed ?? [], id, disk.atMs),
  );
}

function isKept(kept: readonly Kept[], id: string, untilMs: number): boolean {
  return kept.some((one) => one.id === id && one.atMs <= untilMs);
}
