interface Terminal {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** How far a benchmark is: a bar that is redrawn on a terminal, a line for each run elsewhere. */
export interface Progress {
  began(run: string): void;
  ended(): void;
  close(): void;
}

const BAR_CELLS = 30;
const CLEAR = "\r\u001b[2K";

export function openProgress(out: Terminal, runs: number): Progress {
  let done = 0;
  return {
    began(run) {
      const cells = Math.min(Math.round((done / Math.max(runs, 1)) * BAR_CELLS), BAR_CELLS);
      const bar = "█".repeat(cells).padEnd(BAR_CELLS, "░");
      const figures = `${done + 1}/${runs} ${run}`;
      out.write(out.isTTY === true ? `${CLEAR}${bar} ${figures}` : `${figures}\n`);
    },
    ended: () => void done++,
    close: () => void (out.isTTY === true && out.write(CLEAR)),
  };
}
