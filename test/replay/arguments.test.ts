import test from "ava";
import { parseArguments } from "./arguments.ts";

test("what is not given has its default", (t) => {
  t.deepEqual(parseArguments(["a.txt", "logs"]), {
    type: "options",
    paths: ["a.txt", "logs"],
    regions: 3,
    speed: undefined,
    inFlight: 16,
    follow: "feed",
    isJson: false,
    isKept: false,
  });
});

test("everything can be given", (t) => {
  const args = [
    "a",
    "--regions",
    "5",
    "--speed",
    "0.5",
    "--in-flight=1",
    "--follow",
    "poll",
    "--json",
    "--keep",
  ];
  t.deepEqual(parseArguments(args), {
    type: "options",
    paths: ["a"],
    regions: 5,
    speed: 0.5,
    inFlight: 1,
    follow: "poll",
    isJson: true,
    isKept: true,
  });
});

for (const args of [
  [],
  ["a", "--regions", "1"],
  ["a", "--regions", "21"],
  ["a", "--regions", "three"],
  ["a", "--regions", "2.5"],
  ["a", "--speed", "0"],
  ["a", "--speed", "fast"],
  ["a", "--in-flight", "0"],
  ["a", "--follow", "socket"],
  ["a", "--sped", "60"],
  ["a", "--regions"],
]) {
  test(`a mistake is told: ${args.join(" ")}`, (t) => {
    const answer = parseArguments(args);
    t.is(answer.type, "mistake");
    t.true(answer.type === "mistake" && answer.text !== "");
  });
}
