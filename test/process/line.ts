import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Trap, Weather } from "./weather.ts";

const DENIAL_BODY = '{"error":"unauthorized","reason":"Name or password is incorrect."}\n';
const DENIAL = [
  "HTTP/1.1 401 Unauthorized",
  "Content-Type: application/json",
  `Content-Length: ${DENIAL_BODY.length}`,
  "Connection: close",
  "",
  DENIAL_BODY,
].join("\r\n");

const REQUEST_LINE = /^[A-Z]+ [^\r]*/;

type TrapFor = (asked: string, answered: Buffer) => Trap | undefined;

/** One connection through a cable, in the cable's weather. */
export class Line {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #trapFor: TrapFor;
  readonly #over = new AbortController();
  #weather: Weather;
  #changed: () => void = () => undefined;
  #change = this.#nextChange();
  /** The line of the last request that began on this connection. */
  #asked = "";
  #answeredBytes = 0;
  /** Something was swallowed: nobody can go on with this connection. */
  #isSpoilt = false;

  /** `trapFor` is asked with every piece of an answer whether a trap is laid for it. */
  constructor(near: Socket, far: Socket, weather: Weather, trapFor: TrapFor) {
    this.#near = near.setNoDelay(true).on("error", () => undefined);
    this.#far = far.setNoDelay(true).on("error", () => undefined);
    this.#trapFor = trapFor;
    this.#weather = weather;
    this.become(weather);
  }

  become(weather: Weather): void {
    this.#weather = weather;
    const isSilent = weather.type === "dead" || weather.type === "mute";
    if (weather.type === "reset" || (this.#isSpoilt && !isSilent)) this.#end("reset");
    // What is under way was asked with the right password; it ends, and who asks again is denied.
    if (weather.type === "cut" || (weather.type === "denying" && this.#asked !== "")) this.#end("cut");
    this.#changed();
    this.#change = this.#nextChange();
  }

  /** Fulfilled when the connection is over. */
  async carry(): Promise<void> {
    await Promise.all([
      this.#carryFrom(this.#near, this.#far, (bytes) => this.#ask(bytes)),
      this.#carryFrom(this.#far, this.#near, (bytes) => this.#answer(bytes)),
    ]);
    this.#end("cut");
  }

  async #carryFrom(from: Socket, to: Socket, pass: (bytes: Buffer) => Promise<void> | void): Promise<void> {
    try {
      for await (const bytes of from) {
        await this.#unless("dead");
        if (this.#weather.type === "mute") this.#isSpoilt = true;
        else await pass(bytes);
        if (to.writableNeedDrain) await once(to, "drain", { signal: this.#over.signal });
      }
      await this.#unless("dead", "mute");
      to.end();
    } catch {
      // A reset at one end is one at the other, as soon as anything comes through.
      await this.#unless("dead", "mute");
      to.destroy();
    }
  }

  #ask(bytes: Buffer): void {
    if (this.#weather.type === "denying") return void this.#near.end(DENIAL);
    this.#asked = REQUEST_LINE.exec(bytes.toString("latin1"))?.[0] ?? this.#asked;
    this.#far.write(bytes);
    return undefined;
  }

  async #answer(bytes: Buffer): Promise<void> {
    const trap = this.#trapFor(this.#asked, bytes);
    if (trap !== undefined) {
      this.#near.write(bytes.subarray(0, trap.passBytes));
      this.#isSpoilt = true;
      this.#weather = { type: "dead" };
      trap.spring();
      return;
    }
    const passedBytes = await this.#weathered(bytes.length);
    this.#answeredBytes += bytes.length;
    this.#near.write(bytes.subarray(0, passedBytes));
    if (passedBytes < bytes.length) this.#near.end(() => this.#end("reset"));
  }

  /** How much of an answer's piece passes, when it is its time to. */
  async #weathered(bytes: number): Promise<number> {
    const weather = this.#weather;
    switch (weather.type) {
      case "late":
        await this.#wait(weather.delayMs);
        return bytes;
      case "narrow":
        await this.#wait((bytes / weather.bytesPerSecond) * 1000);
        return bytes;
      case "brittle":
        return Math.min(Math.max(weather.bytes - this.#answeredBytes, 0), bytes);
      case "whole":
      case "cut":
      case "reset":
      case "dead":
      case "mute":
      case "denying":
        return bytes;
    }
  }

  /** Waits until the weather is none of these, or the connection is over. */
  async #unless(...types: readonly Weather["type"][]): Promise<void> {
    while (types.includes(this.#weather.type) && !this.#over.signal.aborted) await this.#change;
  }

  async #wait(waitMs: number): Promise<void> {
    await delay(waitMs, undefined, { signal: this.#over.signal });
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }

  #end(how: "cut" | "reset"): void {
    for (const socket of [this.#near, this.#far]) {
      if (how === "reset") socket.resetAndDestroy();
      else socket.destroy();
    }
    this.#over.abort();
    this.#changed();
  }
}
