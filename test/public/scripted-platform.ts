import { setImmediate } from "node:timers/promises";
import type { Platform } from "../../public/client/platform.ts";

/** A request that somebody made and nobody has answered yet. */
export interface Asked {
  readonly line: string;
  readonly body: unknown;
  readonly token: string | undefined;
  answer(status: number, body: object, headers?: Readonly<Record<string, string>>): void;
  /** The connection breaks: whether the request arrived cannot be told. */
  cut(): void;
}

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/** A world of its own: its network is a list to be answered by hand, its clock goes when it is told to. */
export class ScriptedPlatform implements Platform {
  /** What chance says; 1 makes every pause as long as it may be. */
  chance = 0.999;
  #nowMs = 1_700_000_000_000;
  #draws = 0;
  #asked: Asked[] = [];
  #timers = new Set<Timer>();

  now = (): number => this.#nowMs;
  random = (): number => this.chance;
  /** Never the same twice. */
  randomBytes = (count: number): Uint8Array => {
    const draw = ++this.#draws;
    return Uint8Array.from({ length: count }, (_, place) => draw >> (8 * (place % 2)));
  };

  after = (waitMs: number, call: () => void): (() => void) => {
    const timer = { at: this.#nowMs + waitMs, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  fetch = (url: string, init: RequestInit): Promise<Response> =>
    new Promise((resolve, reject) => {
      const asked: Asked = {
        line: `${init.method ?? "GET"} ${url.replace("/api/v1", "")}`,
        body: typeof init.body === "string" ? JSON.parse(init.body) : undefined,
        token: new Headers(init.headers).get("authorization")?.replace("Bearer ", "") ?? undefined,
        answer: (status, body, headers = {}) =>
          resolve(Response.json(body, { status, headers: { ...headers } })),
        cut: () => reject(new TypeError("fetch failed")),
      };
      this.#asked.push(asked);
      init.signal?.addEventListener("abort", () => {
        this.#asked = this.#asked.filter((other) => other !== asked);
        asked.cut();
      });
    });

  /** The oldest open request that begins so, once everything that is due has happened. Throws when there is none. */
  async request(start: string): Promise<Asked> {
    await settle();
    const found = this.#asked.find((asked) => asked.line.startsWith(start));
    if (found === undefined)
      throw new Error(`nobody asked ${start}, only: ${(await this.open()).join(", ")}`);
    this.#asked = this.#asked.filter((asked) => asked !== found);
    return found;
  }

  /** The lines of all open requests that begin so. */
  async open(start = ""): Promise<readonly string[]> {
    await settle();
    return this.#asked.map((asked) => asked.line).filter((line) => line.startsWith(start));
  }

  /** Lets time pass, with everything that falls due in it. */
  async pass(ms: number): Promise<void> {
    const until = this.#nowMs + ms;
    await settle();
    for (;;) {
      const [next] = [...this.#timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.at);
      next.call();
      await settle();
    }
    this.#nowMs = until;
  }
}

/** Every promise that can go on has gone on: bodies are read over several turns. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await setImmediate();
}
