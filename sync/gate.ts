import { DENIED_MS } from "./limits.ts";
import type { StoreFault } from "./store.ts";
import type { Turn } from "./turn.ts";

/**
 * Whether the store may be asked at all. CouchDB locks an account and address out after five refusals in 300 s,
 * counted over all requests of all processes (S11): so after one refusal everything stops, and a single request
 * every 90 s finds out whether we are let in again.
 */
export class Gate {
  #state: { type: "open" } | { type: "closed"; untilMs: number } | { type: "probing" } = { type: "open" };
  #lastFault: StoreFault | undefined;
  readonly #turn: Turn;

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  get isOpen(): boolean {
    return this.#state.type === "open";
  }

  /** The last answer's fault, or undefined when the store last did what it was asked. */
  get fault(): StoreFault | undefined {
    return this.#lastFault;
  }

  /** Claims the one probe that is due. */
  takeProbe(): boolean {
    if (this.#state.type !== "closed" || this.#turn.steadyMs < this.#state.untilMs) return false;
    this.#state = { type: "probing" };
    return true;
  }

  succeeded(): void {
    this.#lastFault = undefined;
    this.#state = { type: "open" };
  }

  failed(fault: StoreFault): void {
    this.#lastFault = fault;
    if (fault.code === "denied") this.#state = { type: "closed", untilMs: this.#turn.steadyMs + DENIED_MS };
    else if (this.#state.type === "probing") this.#state = { type: "open" };
    if (fault.code === "missing") this.#turn.emit({ type: "prepare" });
  }
}
