/** What a load generator is to do: its one argument, as JSON. */
export interface Job {
  readonly dialect: DialectName;
  /** Posts go to these in turn. With the account, if one is needed. */
  readonly postTo: readonly string[];
  /** Readers are spread over these. */
  readonly readFrom: readonly string[];
  /** Where a reader goes whose server is gone; without it it comes back to the same. */
  readonly refuge?: string;
  readonly via: "poll" | "stream";
  readonly readers: number;
  readonly pace: Pace;
  /** Posting goes on for so long before anything is measured, and then for as long as is measured. */
  readonly warmMs: number;
  readonly windowMs: number;
  /** The processes whose CPU and memory are told. */
  readonly pids: readonly number[];
  /** Whether those collect their garbage on a signal before their memory is looked at. */
  readonly collect?: boolean;
}

/** Whom it speaks with: Settee and the bare servers, who have the same doors, CouchDB, or a peer. */
export type DialectName = "settee" | "store" | "socket.io" | "ws" | "faye" | "nchan";

export type Pace =
  /** So many posts a second, whatever becomes of them. */
  | { readonly type: "steady"; readonly perSecond: number }
  /** So many connections, each posting again when it was answered. */
  | { readonly type: "full"; readonly inFlight: number }
  | { readonly type: "silent" };

/** What it found: its last line, as JSON. */
export interface Outcome {
  readonly windowMs: number;
  /** Within the window: posts that were acknowledged, and messages that readers had. */
  readonly posted: number;
  readonly delivered: number;
  /** Over the whole run: posts that were not refused. */
  readonly sent: number;
  /** Over the whole run. A message that a reader has twice is repeated, one that it never has is lost. */
  readonly lost: number;
  readonly repeated: number;
  readonly refused: number;
  /** POST sent → a reader has it, of posts within the window. */
  readonly delivery: Spread;
  /** POST sent → its answer. */
  readonly answer: Spread;
  /** Of each process, within the window. */
  readonly cpuSeconds: readonly number[];
  /** Of each process, resident, before the readers came and at the window's end. */
  readonly memoryBefore: readonly number[];
  readonly memoryAfter: readonly number[];
  /** From the first reader that was back after it was cut, to the last; 0 when none was cut. */
  readonly backMs: number;
  /** How many readers were cut. */
  readonly cut: number;
  /** Of posts that were sent since the first reader was back. */
  readonly answerMeanwhile: Spread;
  /** The generator's own CPU within the window: 1 is a whole core, and then it was the limit. */
  readonly loadCores: number;
}

export interface Spread {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
