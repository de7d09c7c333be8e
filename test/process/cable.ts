import { connect, createServer, type Server, type Socket } from "node:net";

/** The cable between regions and store: a TCP proxy that can be cut, plugged in again, or go dead without a word. */
export class Cable {
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #state: "whole" | "cut" | "dead" = "whole";

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((near) => this.#carry(near));
  }

  static async to(target: URL): Promise<Cable> {
    const cable = new Cable(target);
    await new Promise<void>((resolve) => void cable.#server.listen(0, "127.0.0.1", resolve));
    return cable;
  }

  /** The store's URL as it is reached through the cable. */
  urlFor(storeUrl: string): string {
    const url = new URL(storeUrl);
    const address = this.#server.address();
    if (typeof address === "object") url.port = String(address?.port);
    return url.href.replace(/\/$/, "");
  }

  /** Every connection ends, and new ones too. */
  cut(): void {
    this.#state = "cut";
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Connections stay open, and nothing comes through any more: the half-open line of a sleeping laptop. */
  goDead(): void {
    this.#state = "dead";
    for (const socket of this.#sockets) socket.pause();
  }

  /** New connections work again. What hung on a dead line ends. */
  mend(): void {
    this.cut();
    this.#state = "whole";
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  #carry(near: Socket): void {
    if (this.#state === "cut") return void near.destroy();
    this.#keep(near);
    if (this.#state === "dead") return void near.pause();
    const far = connect(Number(this.#target.port), this.#target.hostname);
    this.#keep(far);
    near.setNoDelay(true).pipe(far.setNoDelay(true)).pipe(near);
    near.once("close", () => far.destroy());
    far.once("close", () => near.destroy());
    return undefined;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket)).on("error", () => undefined);
  }
}
