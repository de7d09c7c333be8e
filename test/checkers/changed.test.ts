import test from "ava";
import { toWire, type Message } from "../../sync/message.ts";
import { changeOf, messageOf } from "../sync/names.ts";
import { changedTexts } from "./changed.ts";

function textsOf(...messages: readonly Message[]): string[] {
  return changedTexts(messages.map((message) => toWire(message, "stored"))).map(({ text }) => text);
}

const SAID = messageOf(1);
const EDITED = changeOf(2, SAID, { text: "edited" });
const EDITED_LATER = changeOf(3, SAID, { text: "edited later" });
const TAKEN_BACK = changeOf(4, SAID, { text: "", change: { type: "delete", mid: SAID.mid } });

test("[I4] a page has to show each message as its author left it, and no change by itself", (t) => {
  t.deepEqual(textsOf(SAID, messageOf(5)), ["message 1", "message 5"]);
  t.deepEqual(textsOf(SAID, EDITED_LATER, EDITED), ["edited later"]);
  t.deepEqual(textsOf(SAID, TAKEN_BACK, changeOf(6, SAID, { text: "too late" })), [""]);
  t.deepEqual(textsOf(SAID, changeOf(7, SAID, { session: "somebody else's", text: "not his" })), [
    "message 1",
  ]);
});
