import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

/**
 * The fast path of streams: the same bytes for many readers, one write each, past `ServerResponse`. That would frame
 * every write anew, as chunks of four pieces; measured with 1,000 readers it took twice the CPU of this, and it was
 * two thirds of all that a delivery costs.
 *
 * So the body has no framing and ends with the connection (RFC 9112 §6.3), which a stream's does anyway: what is
 * written to the socket is what would have been written through the response.
 */

/** Sends the head. The response is ended by its `end`, and everything before that is written by `writeShared`. */
export function beginShared(response: ServerResponse, headers: OutgoingHttpHeaders): void {
  response.useChunkedEncodingByDefault = false;
  response.writeHead(200, headers);
  response.flushHeaders();
}

/** A reader that does not take what it is sent is cut; it comes back with its cursor (C10, A21). */
export function writeShared(response: ServerResponse, bytes: Buffer, backlogBytes: number): void {
  if (response.destroyed || response.writableEnded) return;
  const { socket } = response;
  // Without a socket an earlier answer of the same connection is still under way: this one waits behind it.
  if (socket === null) response.write(bytes);
  else socket.write(bytes);
  if (response.writableLength > backlogBytes) response.destroy();
}
