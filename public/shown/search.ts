import type { Line } from "./lines.ts";

/** Keys of the lines that hold these words, in order; case and accents do not matter. */
export function search(lines: readonly Line[], query: string): readonly string[] {
  const wanted = folded(query.trim());
  if (wanted === "") return [];
  return lines.filter(({ name, text }) => folded(`${name} ${text}`).includes(wanted)).map(({ key }) => key);
}

function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
}
