import { connect, type Socket } from "node:net";

/** All connections read into the same bytes, one after the other: ten thousand readers need no memory of their own. */
const SHARED = Buffer.allocUnsafe(256 * 1024);

/** `heard` is given bytes that are good for its own turn only. `ended` is called once. */
export function openSocket(url: URL, heard: (bytes: Buffer) => void, ended: () => void): Socket {
  const socket = connect({
    host: url.hostname,
    port: Number(url.port),
    noDelay: true,
    onread: {
      buffer: SHARED,
      callback(count) {
        heard(SHARED.subarray(0, count));
        return true;
      },
    },
  });
  // What broke it is of no interest: it is opened again, and what is missing in the end is counted.
  socket.on("error", () => undefined);
  socket.once("close", ended);
  return socket;
}
