/** What a reader needs of RFC 6455. What servers say is not masked: it comes as it was sent, behind a few bytes. */

/** Lines of the request that opens one. Nothing is offered that would have to be undone, like compression. */
export const UPGRADE = [
  "upgrade: websocket",
  "connection: upgrade",
  "sec-websocket-version: 13",
  "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
  "",
].join("\r\n");

/** Lengths below it stand in the second byte themselves; it stands for a length of two bytes of its own. */
const LONGER = 126;
/** Clients must mask: with zeros a text stays as it is. */
const MASK = "\0\0\0\0";

/** A whole text of ASCII, less than 65,536 of it, as a client sends it. */
export function textFrame(text: string): string {
  const { length } = text;
  const size = length < LONGER ? [length] : [LONGER, length >> 8, length & 0xff];
  const [first = 0, ...more] = size;
  return String.fromCharCode(0x81, 0x80 | first, ...more) + MASK + text;
}
