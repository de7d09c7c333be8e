import type { Sum } from "./sum.ts";

interface Terminal {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export interface Progress {
  worlds(sum: Sum): void;
  /** What is being done now, when it is not running worlds. */
  step(what: string): void;
  close(): void;
}

const BAR_CELLS = 30;
/** A person sees no more than this; a log of lines needs no more than that. */
const REDRAW_MS = 200;
const LINE_MS = 20_000;

/** How far it is: a bar that is redrawn on a terminal, a line now and then elsewhere. */
export function openProgress(out: Terminal, all: number, nowMs: () => number): Progress {
  const isTerminal = out.isTTY === true;
  const startMs = nowMs();
  let drawnMs = startMs;

  function show(text: string): void {
    out.write(isTerminal ? `\r\u001b[2K${text}` : `${text}\n`);
  }

  return {
    worlds({ worlds, acknowledged, failures }) {
      const isDue = nowMs() - drawnMs >= (isTerminal ? REDRAW_MS : LINE_MS);
      if (!isDue) return;
      drawnMs = nowMs();
      const leftMs = ((drawnMs - startMs) / worlds) * (all - worlds);
      const failed =
        failures.length === 0 ? "" : `, failed: seed ${failures.map(({ seed }) => seed).join(", ")}`;
      const figures = `${worlds}/${all} worlds, ${acknowledged} acknowledged${failed}, ${minutes(leftMs)} left`;
      const cells = Math.round((worlds / all) * BAR_CELLS);
      show(`${"█".repeat(cells).padEnd(BAR_CELLS, "░")} ${figures}`);
    },
    step: (what) => show(`${what} …`),
    close: () => void (isTerminal && out.write("\r\u001b[2K")),
  };
}

function minutes(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
