import test from "ava";
import { newMid } from "../process/client.ts";
import { ask, json, postJson } from "../server/client.ts";
import { openTestRegion } from "../server/test-region.ts";
import { attackLines, hasCorpora, UNLESS_ABSENT } from "./corpora.ts";

(hasCorpora ? test : test.skip)(
  `[A15] names, rooms and everything else that can be asked for with escapes and line ends in it leaves one printable line for each event ${UNLESS_ABSENT}`,
  async (t) => {
    const { url, lines: logged } = await openTestRegion(t);
    const lines = [
      ...attackLines("control-chars"),
      ...attackLines("http-protocol"),
      ...attackLines("format-strings"),
    ];
    const session = json(await postJson(`${url}/api/v1/sessions`, { name: "Ana" }));
    const token = { authorization: `Bearer ${String(session["token"])}` };
    for (const line of lines) {
      const escaped = encodeURIComponent(line).slice(0, 1000);
      const statuses = [
        (await postJson(`${url}/api/v1/sessions`, { name: line })).status,
        (await postJson(`${url}/api/v1/rooms/${escaped}/messages`, { mid: newMid(), text: "hello" }, token))
          .status,
        (await postJson(`${url}/api/v1/rooms/lobby/messages`, { mid: line, text: line, after: line }, token))
          .status,
        (await ask(`${url}/api/v1/sync?rooms=lobby&timeout=0&cursor=${escaped}`)).status,
        (await ask(`${url}/api/v1/rooms/lobby/messages?before=${escaped}`)).status,
        (await ask(`${url}/${escaped}`)).status,
      ];
      t.true(
        statuses.every((status) => status < 500),
        `${JSON.stringify(line)}: ${statuses.join(" ")}`,
      );
    }
    t.true(logged.length > 0);
    for (const line of logged) {
      t.regex(line, /^\{[\x20-\x7e]*\}\n$/);
      t.notThrows(() => JSON.parse(line));
    }
    t.notRegex(logged.join(""), /eyJ|hello/);
  },
);
