/**
 * The bookmark of a feed, `<number>-e<life>`: opaque to clients. It says in which life of which database it was made,
 * so that one of an earlier life or of another database replays everything, as a real CouchDB does (recording
 * `changes-bad-since`). So does a number that this life has not reached: the data directory is an older copy.
 */
const BOOKMARK = /^(\d{1,15})-e([0-9a-f]{32})$/;

export function formatSeq(seq: number, life: string): string {
  return `${seq}-e${life}`;
}

/** The number after which a feed goes on; undefined when `since` is no bookmark at all. */
export function parseSince(since: string, now: { life: string; updateSeq: number }): number | undefined {
  if (since === "0") return 0;
  if (since === "now") return now.updateSeq;
  const [, seq, life] = BOOKMARK.exec(since) ?? [];
  if (seq === undefined) return undefined;
  return life === now.life && Number(seq) <= now.updateSeq ? Number(seq) : 0;
}
