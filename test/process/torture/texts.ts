import type { Chance } from "../../sync/chance.ts";

/** What must come through to the byte: quotes, lines, other directions, joined and astral characters, markup. */
const TURNS = [
  "plain words",
  'a "quoted" \\ backslash',
  "two\nlines and a\ttab",
  "שלום وسلام",
  "👩‍👩‍👧‍👦 é é 𝒳",
  "<b onclick=alert(1)>&amp;</b>",
  '{"seq":"1-x","id":"region:x","doc":{}}',
  "constructor __proto__ \u2028 end",
];
const LONG_SHARE = 0.02;
const LONG_UNITS = 2_000;

/** The `n`-th thing that `name` says. */
export function textOf(name: string, n: number, chance: Chance): string {
  const turn = chance.pick(TURNS) ?? "";
  const padding = chance.happens(LONG_SHARE) ? ` ${"long ".repeat(LONG_UNITS / 5)}` : "";
  return `${name} ${n}: ${turn}${padding}.`;
}
