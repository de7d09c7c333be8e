import test from "ava";
import { messageId } from "../../sync/names.ts";
import { isMessageText, isName } from "../../sync/text.ts";
import { LongPollReader, newMid } from "../process/client.ts";
import { code, json, postJson } from "../server/client.ts";
import { openTestRegion } from "../server/test-region.ts";
import { attackLines, hasCorpora, naughtyStrings, UNLESS_ABSENT } from "./corpora.ts";
import { historyOf } from "./documents.ts";

/** What JSON cannot carry unharmed comes as U+FFFD where the text is read as UTF-8. */
const LINES = hasCorpora ? [...new Set([...naughtyStrings(), ...attackLines("unicode")])] : [];

(hasCorpora ? test : test.skip)(
  `[A13] [I5] naughty strings and odd Unicode go from a POST through the store to another region byte for byte, or are 4xx ${UNLESS_ABSENT}`,
  async (t) => {
    const here = await openTestRegion(t, { REGION: "us" });
    const there = await openTestRegion(t, { REGION: "eu" }, here.couch);
    const reader = new LongPollReader(there.url, "lobby");
    t.teardown(() => reader.stop());
    await reader.start();
    t.true(LINES.length > 500, `${LINES.length} lines`);

    const said: string[] = [];
    for (const line of LINES) {
      const session = await postJson(`${here.url}/api/v1/sessions`, { name: line });
      const name = line.normalize("NFKC").trim();
      if (!isName(name)) {
        t.is(code(session), "invalid-field", line);
        continue;
      }
      t.is(json(session)["name"], name);
      const headers = { authorization: `Bearer ${String(json(session)["token"])}` };
      const posted = await postJson(
        `${here.url}/api/v1/rooms/lobby/messages`,
        { mid: newMid(), text: line },
        headers,
      );
      if (isMessageText(line)) {
        t.true(posted.status === 201 || posted.status === 202, line);
        said.push(`${name}: ${line}`);
      } else t.is(code(posted), "invalid-field", line);
    }
    t.true(said.length > 400, `${said.length} of ${LINES.length} said`);

    await reader.until(({ texts }) => texts.length === said.length);
    const shown = reader.shown.map(({ sender, text }) => `${sender.name}: ${text}`);
    t.deepEqual(shown, said);
    const history = await historyOf(there.url, "lobby");
    t.deepEqual(
      history.map(({ sender, text }) => `${sender.name}: ${text}`),
      said,
    );
    const stored = await here.store.read(history.map(({ room, order }) => messageId(room, order)));
    if (stored.type === "fault") return t.fail(stored.fault.text);
    for (const [n, found] of stored.found.entries()) {
      t.like(found, { document: { text: history[n]?.text, sender: history[n]?.sender.name } });
    }
    return undefined;
  },
);
