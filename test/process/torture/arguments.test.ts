import test from "ava";
import { parseArguments } from "./arguments.ts";
import { LONG, SHORT } from "./plan.ts";

const DRAWN = 4711;

test("without arguments it is the long plan, on the seed that was drawn", (t) => {
  t.deepEqual(parseArguments([], DRAWN, false), {
    type: "options",
    seed: DRAWN,
    plan: LONG,
    isJson: false,
    commands: undefined,
  });
});

test("everything can be given", (t) => {
  const given =
    "--seed 7 --short --regions 5 --messages 10 --json --store-start up --store-stop down --store-directory /there";
  t.deepEqual(parseArguments(given.split(" "), DRAWN, true), {
    type: "options",
    seed: 7,
    plan: { ...SHORT, regions: 5, messages: 10 },
    isJson: true,
    commands: { start: "up", stop: "down", directory: "/there" },
  });
});

test("every mistake is told, with what is right", (t) => {
  const mistakes: readonly (readonly [readonly string[], RegExp])[] = [
    [["--seed", "x"], /--seed takes a whole number/],
    [["--regions", "2"], /3 to 5/],
    [["--messages", "0"], /--messages takes/],
    [["--store-start", "up"], /belong together/],
    [["--nothing"], /--nothing/],
  ];
  for (const [given, told] of mistakes) {
    const parsed = parseArguments(given, DRAWN, false);
    t.is(parsed.type, "mistake");
    if (parsed.type === "mistake") t.regex(parsed.text, told);
  }
  t.is(parseArguments([], DRAWN, true).type, "mistake");
});
