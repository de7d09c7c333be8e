import { isReached, ratioOf, type Row } from "./row.ts";

const HEAD = ["", "Settee", "beside it", "ratio", "goal", ""];

/** The rows as text, a block for each part. */
export function tableText(rows: readonly Row[]): string {
  const lines = rows.map(cells);
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const text = (line: readonly string[]): string =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const blocks = lines.flatMap((line, place) => {
    const { part } = rows[place] ?? {};
    return rows[place - 1]?.part === part ? [text(line)] : ["", part ?? "", text(line)];
  });
  return `${[text(HEAD), ...blocks].join("\n")}\n`;
}

function cells(row: Row): string[] {
  const { name, unit, ours, bare, goal, isLoadBound } = row;
  const ratio = ratioOf(row);
  const bound = goal === undefined ? "" : `${goal.is === "at most" ? "≤" : "≥"} ${goal.limit}`;
  const ofValue = goal?.of === "value" ? ` ${unit}` : "";
  return [
    `  ${name}`,
    `${figure(ours)} ${unit}`,
    bare === undefined ? "" : `${figure(bare.value)} (${bare.name})`,
    ratio === undefined ? "" : ratio.toFixed(2),
    bound + (bound === "" ? "" : ofValue),
    [verdict(row), ...(isLoadBound === true ? ["the load generator was the limit"] : [])].join(" "),
  ];
}

function verdict(row: Row): string {
  const reached = isReached(row);
  if (reached === undefined) return "";
  return reached ? "✓" : "✗ not reached";
}

/** Three digits say all that such measurements can. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return "?";
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
