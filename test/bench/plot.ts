import type { Row } from "./row.ts";

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly isOurs: boolean;
}

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  /** Lengths by the logarithm: what differs by hundreds would otherwise be a line and a dot. */
  readonly isLogarithmic: boolean;
}

const WIDTH = 720;
const LABEL_WIDTH = 230;
const BAR_HEIGHT = 20;
const LINE_HEIGHT = 28;
const PANEL_GAP = 24;
/** Left for the figure behind the longest bar. */
const FIGURE_WIDTH = 110;

const STYLE = `text { font: 13px system-ui, sans-serif; fill: #444 } .title { font-weight: 600 }
.ours { fill: #2f6fb3 } .bare { fill: #a9b4c0 }
@media (prefers-color-scheme: dark) { text { fill: #ccc } .bare { fill: #66707c } }`;

/** Fan-out and the way to another region as a picture. Undefined when these were not measured. */
export function plotSvg(rows: readonly Row[]): string | undefined {
  const panels = [fanOut(rows), crossing(rows)].filter((panel) => panel.bars.length > 0);
  if (panels.length === 0) return undefined;
  let top = 0;
  const pieces = panels.map((panel) => {
    const piece = drawn(panel, top);
    top += (panel.bars.length + 1) * LINE_HEIGHT + PANEL_GAP;
    return piece;
  });
  const height = top - PANEL_GAP;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}">`;
  return `${head}\n<style>${STYLE}</style>\n${pieces.join("\n")}\n</svg>\n`;
}

function fanOut(rows: readonly Row[]): Panel {
  const bars = rows
    // What two servers take together is no bar beside what one does.
    .filter(({ part, name }) => part === "fanout" || (part === "peers" && !name.startsWith("two servers")))
    .filter(({ unit }) => unit === "s/M")
    .flatMap(({ part, name, ours, bare }): Bar[] => {
      const [what = ""] = name.split(",");
      const own = { label: `Settee, ${what}`, value: ours, isOurs: true };
      const beside = bare === undefined ? [] : [{ label: bare.name, value: bare.value, isOurs: false }];
      // Ours stands there already, from the part before.
      return part === "peers" ? beside : [own, ...beside];
    });
  const title = "Server CPU of a million deliveries";
  return { title, unit: "s", bars, isLogarithmic: false };
}

function crossing(rows: readonly Row[]): Panel {
  const p50 = rows.filter(({ part, name }) => part === "latency" && /another: p50/.test(name));
  const [first] = p50;
  const own = first === undefined ? [] : [{ label: "Settee", value: first.ours, isOurs: true }];
  const others = p50.flatMap(({ bare }) =>
    bare === undefined ? [] : [{ label: bare.name, value: bare.value, isOurs: false }],
  );
  const title = "From a POST in one region to a reader in another, p50, logarithmic";
  return { title, unit: "ms", bars: [...own, ...others], isLogarithmic: true };
}

function drawn({ title, unit, bars, isLogarithmic }: Panel, top: number): string {
  const size = (value: number): number => (isLogarithmic ? Math.log10(1 + value) : value);
  const longest = Math.max(...bars.map(({ value }) => size(value)));
  const lines = bars.map(({ label, value, isOurs }, place) => {
    const y = top + (place + 1) * LINE_HEIGHT;
    const width = (size(value) / longest) * (WIDTH - LABEL_WIDTH - FIGURE_WIDTH);
    const middle = y + BAR_HEIGHT / 2 + 4;
    const figure = `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
    return [
      `<text x="${LABEL_WIDTH - 8}" y="${middle}" text-anchor="end">${label}</text>`,
      `<rect class="${isOurs ? "ours" : "bare"}" x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="2"/>`,
      `<text x="${(LABEL_WIDTH + width + 8).toFixed(1)}" y="${middle}">${figure}</text>`,
    ].join("\n");
  });
  return [`<text class="title" x="0" y="${top + 16}">${title}</text>`, ...lines].join("\n");
}
