interface Terminal {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export interface Progress {
  /** So many of all have been posted. */
  posted(count: number): void;
  /** What is being done now, when it is not posting. */
  step(what: string): void;
  close(): void;
}

const BAR_CELLS = 30;
/** A person sees no more than this; a log of lines needs no more than that. */
const REDRAW_MS = 100;
const LINE_MS = 5_000;

/** How far it is: a bar that is redrawn on a terminal, a line every five seconds elsewhere. */
export function openProgress(out: Terminal, all: number, nowMs: () => number): Progress {
  const isTerminal = out.isTTY === true;
  let startMs: number | undefined;
  let drawnMs = 0;

  function draw(count: number, startedMs: number): void {
    drawnMs = nowMs();
    const perSecond = count / Math.max((drawnMs - startedMs) / 1000, 0.001);
    const figures = `${count}/${all} posted, ${perSecond.toFixed(0)}/s`;
    const cells = Math.round((count / Math.max(all, 1)) * BAR_CELLS);
    const bar = "█".repeat(cells).padEnd(BAR_CELLS, "░");
    out.write(isTerminal ? `\r\u001b[2K${bar} ${figures}` : `${figures}\n`);
  }

  return {
    posted(count) {
      if (startMs === undefined) startMs = drawnMs = nowMs();
      const isDue = nowMs() - drawnMs >= (isTerminal ? REDRAW_MS : LINE_MS);
      if (isDue || count === all) draw(count, startMs);
    },
    step: (what) => void out.write(isTerminal ? `\r\u001b[2K${what} …` : `${what} …\n`),
    close: () => void (isTerminal && out.write("\r\u001b[2K")),
  };
}
