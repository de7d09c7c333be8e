import test from "ava";
import { beaconDocument, type Beacon } from "../../sync/beacon.ts";
import { branded } from "../../sync/brand.ts";
import { isRoom, type Origin } from "../../sync/names.ts";
import { encodeStamp } from "../../sync/stamp.ts";
import { isMessageText, isName } from "../../sync/text.ts";
import { regionsOf } from "../process/client.ts";
import { until } from "../process/until.ts";
import { ask } from "../server/client.ts";
import { openTestRegion } from "../server/test-region.ts";
import { hasCorpora, hostileLines, jsonBodies, UNLESS_ABSENT } from "./corpora.ts";
import { historyOf, newestOf, typedIn, typeIn } from "./documents.ts";

const maybe = hasCorpora ? test : test.skip;
/** The beacon of the nth region that never was. */
function beacon(n: number, name: string, address: string): Beacon {
  return {
    origin: branded<Origin>(String(n).padStart(8, "0").padEnd(26, "0")),
    name,
    url: address,
    n: 0,
    born: encodeStamp(Date.UTC(2026, 0, 1), 0),
    nonce: "nonce",
    at: Date.UTC(2026, 0, 1),
    version: "1",
    key: { kty: "OKP", crv: "Ed25519", x: "A".repeat(43) },
    connections: 0,
    capacity: 1,
    seen: {},
    missing: {},
    digests: [],
    here: [],
    retired: false,
  };
}

/** JSON, logged on one line, with nothing a terminal would obey. */
const LOGGED = /^\{[\x20-\x7e]*\}\n$/;

maybe(
  `[A26] every hostile line as a text, a name and a room of a document: what the doors would take is shown, nothing else ${UNLESS_ABSENT}`,
  async (t) => {
    const { url, store, lines: logged } = await openTestRegion(t);
    const lines = hostileLines();
    t.true(lines.length > 7_500, `${lines.length} lines`);
    await typeIn(store, [
      ...lines.flatMap((line, n) => [
        typedIn(3 * n + 1, "hostile", { text: line }),
        typedIn(3 * n + 2, "hostile", { sender: line }),
        ...(line.startsWith("_") ? [] : [typedIn(3 * n + 3, line, {})]),
      ]),
      typedIn(3 * lines.length + 1, "hostile", { text: "the last one" }),
    ]);
    await until(async () => (await newestOf(url, "hostile")) === "the last one");

    const shown = await historyOf(url, "hostile");
    const expected = lines.flatMap((line) => [
      ...(isMessageText(line) ? [`Ana: ${line}`] : []),
      ...(isName(line) ? [`${line}: typed in`] : []),
    ]);
    t.deepEqual(
      shown.map(({ sender, text }) => `${sender.name}: ${text}`),
      [...expected, "Ana: the last one"],
    );
    const rooms = lines.filter(isRoom);
    t.true(rooms.length > 10);
    for (const room of rooms) t.is((await historyOf(url, room)).length, 1, room);
    for (const line of logged) t.regex(line, LOGGED);
    t.true(Buffer.byteLength(logged.join("")) < 1024 * 1024);
  },
);

test("[A26] [HI1] a thousand unreadable documents in a row do not hide what is older", async (t) => {
  const { url, store } = await openTestRegion(t);
  await typeIn(store, [
    typedIn(1, "lobby", { text: "the first one" }),
    ...Array.from({ length: 1_000 }, (_, n) => typedIn(n + 2, "lobby", { sender: "" })),
    typedIn(1_002, "lobby", { text: "the last one" }),
  ]);
  await until(async () => (await newestOf(url, "lobby")) === "the last one");
  t.deepEqual(
    (await historyOf(url, "lobby")).map(({ text }) => text),
    ["the first one", "the last one"],
  );
});

maybe(
  `[A12] [A26] every body of JSONTestSuite that the store takes, as a document and as each of its fields, is skipped ${UNLESS_ABSENT}`,
  async (t) => {
    const { url, store, lines: logged } = await openTestRegion(t);
    const values = jsonBodies().flatMap(([, body]) => {
      try {
        return [JSON.parse(body.toString("utf8"))];
      } catch {
        return [];
      }
    });
    t.true(values.length > 100, `${values.length} bodies`);
    const fields = ["kind", "v", "room", "mid", "sender", "session", "text", "n", "origin", "region", "at"];
    const documents = values.flatMap((value, at) =>
      fields.map((field, place) => typedIn(at * fields.length + place + 1, "lobby", { [field]: value })),
    );
    const stored: string[] = [];
    for (const document of documents) {
      const result = await store.write([document]);
      if (result.type === "rows") stored.push(document._id);
    }
    const last = typedIn(documents.length + 1, "lobby", { text: "the last one" });
    await typeIn(store, [last]);
    await until(async () => (await newestOf(url, "lobby")) === "the last one");
    const shown = await historyOf(url, "lobby");
    // A string or a number here and there is what a field may hold.
    for (const { sender, text, at } of shown) {
      t.true(isMessageText(text) && isName(sender.name) && Number.isSafeInteger(at), text);
    }
    t.true(shown.length < stored.length / 2, `${shown.length} of ${stored.length} shown`);
    t.false("polluted" in {});
    for (const line of logged) t.regex(line, LOGGED);
  },
);

maybe(
  `[A15] [A26] beacons with hostile names and addresses are regions only when they are as strict as ours ${UNLESS_ABSENT}`,
  async (t) => {
    const { url, store, lines: logged } = await openTestRegion(t);
    const lines = hostileLines().filter((_, n) => n % 16 === 0);
    await typeIn(store, [
      ...lines.map((line, n) => beaconDocument(beacon(n + 1, line, "http://x"))),
      ...lines.map((line, n) => beaconDocument(beacon(lines.length + n + 1, "eu", line))),
      beaconDocument(beacon(999_999, "the-last-one", "http://x")),
    ]);
    await until(async () => (await regionsOf(url)).regions.some(({ name }) => name === "the-last-one"));
    const { regions } = await regionsOf(url);
    const names = new Set(regions.map(({ name }) => name));
    t.deepEqual(
      lines.filter((line) => names.has(line)),
      lines.filter(isName),
    );
    for (const region of regions) t.regex(region.url, /^(https?:\/\/\S*)?$/);
    t.is((await ask(`${url}/livez`)).status, 200);
    for (const line of logged) t.regex(line, LOGGED);
  },
);
