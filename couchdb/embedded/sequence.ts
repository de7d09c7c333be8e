/**
 * The bookmark of a feed, `<number>-<token>`: opaque to clients. The token says which database, in which of its
 * lives, so a bookmark of an earlier life or of another database replays everything, as a real CouchDB does
 * (recording `changes-bad-since`); what is no bookmark at all is refused. The number in front is for people.
 */
export type Position =
  | { readonly type: "after"; readonly seq: number }
  | { readonly type: "now" }
  | { readonly type: "malformed" };

// In quotes, without the number or with something behind it: all are taken.
const TOKEN = /^"?(?:\d+-)?(e([0-9a-f]{32})([0-9a-z]{9}))([0-9a-f]{4})/;

/** `life`: 32 hex digits, new for every creation of a database. */
export function formatSeq(seq: number, life: string): string {
  const place = `e${life}${sortable(seq)}`;
  return `${seq}-${place}${checksum(place)}`;
}

export function parseSince(since: string, life: string): Position {
  if (since === "0") return { type: "after", seq: 0 };
  if (since === "now") return { type: "now" };
  const parts = TOKEN.exec(since);
  if (!parts) return { type: "malformed" };
  const [, place = "", ofLife, seq = "", sum] = parts;
  if (checksum(place) !== sum) return { type: "malformed" };
  return { type: "after", seq: ofLife === life ? Number.parseInt(seq, 36) : 0 };
}

/** Nine base36 digits, so that text sorts as numbers do: up to 10^14. */
export function sortable(number: number): string {
  return number.toString(36).padStart(9, "0");
}

/** FNV-1a folded to 16 bits: tells a bookmark that was cut or mistyped. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (((hash >>> 16) ^ hash) & 0xffff).toString(16).padStart(4, "0");
}
