import test from "ava";
import { english } from "../../../public/words/english.ts";
import { languages, speak } from "../../../public/words/languages.ts";

test("the page speaks the first language wanted that it knows, and English otherwise", (t) => {
  t.is(speak(["", "fr-FR", "de-AT", "en"]).language, "de");
  t.is(speak(["ar-EG"]).direction, "rtl");
  t.is(speak(["fr"]), english);
  t.is(speak([]), english);
});

for (const words of languages) {
  test(`everything is said in ${words.itself}, whatever the number, and no place is left open`, (t) => {
    const counts = [0, 1, 2, 3, 7, 11, 100, 1_000];
    const said = Object.entries(words).flatMap(([name, phrase]) => {
      if (typeof phrase === "string") return [[name, phrase] as const];
      if (typeof phrase !== "function") return [];
      return counts.map(
        (count) => [name, String(Reflect.apply(phrase, words, argumentsFor(name, count)))] as const,
      );
    });
    t.true(said.length > 300);
    for (const [name, text] of said) {
      t.not(text.trim(), "", name);
      t.notRegex(text.replaceAll("#lobby", ""), /[#@]|undefined|NaN|\[object/, name);
    }
    const isTold = counts.filter((count) => count !== 0).map((count) => words.newMessages(count));
    t.is(new Set(isTold).size, isTold.length, "a number is never lost");
    t.is(words.keyList.length, english.keyList.length);
  });
}

/** What the phrase of this name is told. */
function argumentsFor(name: string, count: number): readonly unknown[] {
  switch (name) {
    case "behind":
    case "offlineWaiting":
      return [count, "eu"];
    case "readsIn":
      return ["Ana", ["eu", "ap"]];
    case "same":
    case "differs":
      return [["eu", "ap"], "12:04:10"];
    case "seenBy":
    case "notSeenBy":
    case "whoIsUnknown":
      return [["eu", "ap"]];
    case "begins":
    case "leaveRoom":
    case "messageTo":
      return ["lobby"];
    case "matches":
      return [count, count];
    case "late":
    case "moved":
    case "said":
    case "slot":
      return ["14 s", "eu"];
    default:
      return name.endsWith("Room") || WITH_A_NAME.has(name) ? ["eu"] : [count];
  }
}

const WITH_A_NAME = new Set([
  "movedByHand",
  "goBack",
  "stillSilent",
  "postedIn",
  "notSent",
  "goThere",
  "auditDone",
  "acceptedIn",
  "cameByFeed",
  "cameByPoll",
  "offline",
  "writingAs",
  "editedAt",
  "takenBackAt",
  "notEdited",
  "notTakenBack",
  "editing",
]);
