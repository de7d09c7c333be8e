import test from "ava";
import { LONG_SEEDS, parseArguments, USAGE } from "./arguments.ts";

function mistakeIn(...args: string[]): string {
  const parsed = parseArguments(args);
  return parsed.type === "mistake" ? parsed.text : "no mistake";
}

test("without a word a thousand worlds are run", (t) => {
  t.like(parseArguments([]), { type: "options", from: 1, seeds: 1_000, isPlanted: false, isJson: false });
});

test("--seed runs one world, as small as it was shrunk to", (t) => {
  const line = "--seed 4711 --without deletions,skewed-clocks --steps 230 --regions 2 --authors 1 --trace";
  t.like(parseArguments(line.split(" ")), {
    from: 4_711,
    seeds: 1,
    reduction: { without: ["deletions", "skewed-clocks"], steps: 230, regions: 2, authors: 1 },
    isTraced: true,
  });
});

test("a long run hunts the planted bugs, a short one when it is asked to", (t) => {
  t.like(parseArguments(["--seeds", String(LONG_SEEDS)]), { isPlanted: true });
  t.like(parseArguments(["--seeds", "10", "--planted"]), { isPlanted: true });
});

test("wrong arguments are told with what is right", (t) => {
  t.regex(mistakeIn("--seeds", "none"), /whole number from 1/);
  t.regex(mistakeIn("--seed", "-1"), /--seed/);
  t.regex(mistakeIn("--without", "rain"), /rain: there is no such misfortune/);
  t.regex(mistakeIn("--regions", "8"), /from 1 to 7/);
  t.regex(mistakeIn("--authors", "0"), /from 1 to 20/);
  t.regex(mistakeIn("--steps", "few"), /--steps takes/);
  t.regex(mistakeIn("--trace"), /name it with --seed/);
  t.regex(mistakeIn("--sedes", "3"), /sedes/);
  t.regex(mistakeIn("more"), /more/);
  t.true(USAGE.includes("lost-answers"));
});
