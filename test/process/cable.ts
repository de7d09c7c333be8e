import { connect, createServer, type Server } from "node:net";
import { Line } from "./line.ts";
import type { Trap, Weather } from "./weather.ts";

/**
 * The cable between two parties: a TCP proxy whose weather the test owns. Whoever is connected through it keeps one
 * address for all of the test; what stands at the other end may die, and come back on another port.
 */
export class Cable {
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  #target: URL;
  #weather: Weather = { type: "whole" };
  #traps: Trap[] = [];

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((near) => {
      const far = connect(Number(this.#target.port), this.#target.hostname);
      const line = new Line(near, far, this.#weather, (asked, answered) =>
        this.#traps.find((trap) => asked.includes(trap.asked) && answered.includes(trap.answered)),
      );
      this.#lines.add(line);
      void line.carry().finally(() => this.#lines.delete(line));
    });
  }

  static async to(target: URL): Promise<Cable> {
    const cable = new Cable(target);
    await new Promise<void>((resolve) => void cable.#server.listen(0, "127.0.0.1", resolve));
    return cable;
  }

  /** A URL of the far end as it is reached through the cable: the same path and account. */
  urlFor(farUrl: string): string {
    const url = new URL(farUrl);
    const address = this.#server.address();
    url.hostname = "127.0.0.1";
    if (typeof address === "object") url.port = String(address?.port);
    return url.href.replace(/\/$/, "");
  }

  /** New connections end there from now on. */
  lead(target: URL): void {
    this.#target = target;
  }

  /** Holds for the connections there are and for new ones, until it changes again. */
  become(weather: Weather): void {
    this.#weather = weather;
    for (const line of this.#lines) line.become(weather);
  }

  /** Every connection ends, and new ones too. */
  cut(): void {
    this.become({ type: "cut" });
  }

  /** Connections stay open, and nothing comes through any more: the half-open line of a sleeping laptop. */
  goDead(): void {
    this.become({ type: "dead" });
  }

  /** New connections work again. What hung on a dead line ends. */
  mend(): void {
    this.cut();
    this.become({ type: "whole" });
  }

  /**
   * Waits until an answer that holds `answered` comes to a request whose line holds `asked`: `passBytes` of that piece
   * still pass, and the line it came on carries nothing more. It springs once; never, when nothing like it comes by.
   */
  lay(trap: Omit<Trap, "spring">): { readonly sprung: Promise<void>; readonly lift: () => void } {
    let settle: (() => void) | undefined;
    const sprung = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const lift = (): void => void (this.#traps = this.#traps.filter((one) => one !== laid));
    const spring = (): void => {
      lift();
      settle?.();
    };
    const laid: Trap = { ...trap, spring };
    this.#traps.push(laid);
    return { sprung, lift };
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => void this.#server.close(resolve));
  }
}
