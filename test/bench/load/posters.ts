import type { Dialect } from "./dialect.ts";
import { Histogram } from "./histogram.ts";
import { HttpLine } from "./http-line.ts";
import type { Pace } from "./job.ts";
import type { Ledger } from "./ledger.ts";

/** Somebody who posts at one server, with what the server calls it. */
export interface Author {
  readonly server: URL;
  readonly token: string;
}

/** A steady pace opens no more connections than this: what is due beyond them waits. */
const MOST_LINES = 500;

/** Posts at a pace, to each author's server in turn. */
export class Posters {
  readonly #dialect: Dialect;
  readonly #ledger: Ledger;
  readonly #authors: readonly Author[];
  readonly #idle: { author: Author; line: HttpLine }[] = [];
  readonly #lines: HttpLine[] = [];
  #stop: () => void = () => undefined;
  #isStopped = false;
  readonly answers = new Histogram();
  /** Of what was posted since `beginMeanwhile`. */
  readonly meanwhile = new Histogram();
  #meanwhileFromMs = Number.POSITIVE_INFINITY;
  acknowledged = 0;
  refused = 0;

  constructor(dialect: Dialect, ledger: Ledger, authors: readonly Author[]) {
    this.#dialect = dialect;
    this.#ledger = ledger;
    this.#authors = authors;
  }

  start(pace: Pace): void {
    if (pace.type === "steady") this.#stop = steadily(pace.perSecond, () => this.#postOne());
    if (pace.type === "full") for (let n = 0; n < pace.inFlight; n++) this.#postOn(this.#newLine());
  }

  stop(): void {
    this.#isStopped = true;
    this.#stop();
  }

  beginMeanwhile(): void {
    this.#meanwhileFromMs = performance.now();
  }

  /** Whether every post was answered. */
  get isQuiet(): boolean {
    return this.#lines.every((line) => !line.isBusy);
  }

  close(): void {
    for (const line of this.#lines) line.close();
  }

  #postOne(): void {
    const free = this.#idle.shift() ?? (this.#lines.length < MOST_LINES ? this.#newLine() : undefined);
    if (free !== undefined) this.#post(free, () => this.#idle.push(free));
  }

  #postOn(free: { author: Author; line: HttpLine }): void {
    this.#post(free, () => {
      if (!this.#isStopped) this.#postOn(free);
    });
  }

  #post({ author, line }: { author: Author; line: HttpLine }, then: () => void): void {
    const sentMs = performance.now();
    const { number, text } = this.#ledger.next(sentMs);
    line.ask(this.#dialect.post(author.server, author.token, number, text), ({ status }) => {
      if (status < 300) this.acknowledged++;
      else this.refused++;
      this.answers.add(performance.now() - sentMs);
      if (sentMs >= this.#meanwhileFromMs) this.meanwhile.add(performance.now() - sentMs);
      then();
    });
  }

  #newLine(): { author: Author; line: HttpLine } {
    const author = this.#authors[this.#lines.length % this.#authors.length];
    if (author === undefined) throw new Error("nobody to post as");
    const line = new HttpLine(author.server);
    this.#lines.push(line);
    return { author, line };
  }
}

/** Calls so often on average, however late a timer is. Returns its stop. */
function steadily(perSecond: number, call: () => void): () => void {
  const startMs = performance.now();
  let calls = 0;
  let timer: NodeJS.Timeout | undefined;
  const beat = (): void => {
    for (const due = ((performance.now() - startMs) / 1000) * perSecond; calls < due; calls++) call();
    const waitMs = startMs + (calls * 1000) / perSecond - performance.now();
    timer = setTimeout(beat, waitMs);
  };
  beat();
  return () => clearTimeout(timer);
}
