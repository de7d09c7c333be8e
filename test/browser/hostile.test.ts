import test from "ava";
import { isRoom } from "../../public/client/names.ts";
import { hasCorpora, hostileLines, UNLESS_ABSENT } from "../hostile/corpora.ts";
import { seen, textsOf, withBrowser, type Tab } from "./weather.ts";

const { openRegions, openTab } = withBrowser(test);

/** A page at its end keeps 500 messages: what came before these was looked at before. */
const LINES_AT_ONCE = 450;
/** Of all lines so many as rooms: each is a page opened anew. */
const ROOMS = 400;

/** What no JSON carries unharmed, and no region takes. */
const LONE_SURROGATE = /\p{Surrogate}/u;
const LINES = hasCorpora
  ? hostileLines().filter((line) => line.trim() !== "" && !LONE_SURROGATE.test(line))
  : [];

const serial = hasCorpora ? test.serial : test.serial.skip;

/** What messages are made of, links and code that people wrote included. */
const TAGS = "a bdi blockquote button code div h2 li pre span time".split(" ");

/** What may be a mark rather than a character: the rest of each line must be there to the letter. */
function unmarked(text: string): string {
  return text.replace(/^\/me|[\s>`]/g, "");
}

async function hrefsOf({ page }: Tab): Promise<readonly string[]> {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll("#messages a"), (link) => link.getAttribute("href") ?? ""),
  );
}

/** The elements that messages are made of, whatever they say. */
async function tagsOf({ page }: Tab): Promise<readonly string[]> {
  const tags = await page.evaluate(() => [
    ...new Set([...document.querySelectorAll("#messages *")].map((element) => element.localName)),
  ]);
  return tags.toSorted();
}

serial(
  `[A1] every hostile line, as a text and as a name, is shown as what it is and does nothing ${UNLESS_ABSENT}`,
  async (t) => {
    t.true(LINES.length > 7_500, `${LINES.length} lines`);
    const { us } = await openRegions(t);
    const ana = await openTab(t, us.url);
    await ana.page.getByText("This is where #lobby begins.").waitFor();
    const requests = new Set<string>();
    ana.page.on("request", (request) => requests.add(new URL(request.url()).origin));
    for (let at = 0; at < LINES.length; at += LINES_AT_ONCE) {
      const lines = LINES.slice(at, at + LINES_AT_ONCE);
      for (const line of lines) us.say("lobby", line, line);
      us.say("lobby", "Ben", `so much for ${at}.`);
      await seen(ana, `so much for ${at}.`, "stored");
      const texts = await textsOf(ana);
      t.deepEqual(
        texts.slice(-lines.length - 1).map(unmarked),
        [...lines, `so much for ${at}.`].map(unmarked),
      );
      const names = await ana.page.locator("#messages .name").allTextContents();
      t.deepEqual(names.slice(-lines.length - 1), [...lines, "Ben"]);
      for (const tag of await tagsOf(ana)) t.true(TAGS.includes(tag), tag);
      for (const href of await hrefsOf(ana)) t.regex(href, /^(?:#\/lobby\/|https?:\/\/)/);
    }
    t.deepEqual([...requests], [us.url]);
    t.deepEqual(ana.faults, []);
  },
);

serial(
  `[A1] hostile lines as rooms in the page's address open a room of that name or the lobby ${UNLESS_ABSENT}`,
  async (t) => {
    const { us } = await openRegions(t);
    const ana = await openTab(t, us.url);
    await ana.page.getByText("This is where #lobby begins.").waitFor();
    const requests = new Set<string>();
    ana.page.on("request", (request) => requests.add(new URL(request.url()).pathname));
    const step = Math.floor(LINES.length / ROOMS);
    const rooms = LINES.filter((line, at) => at % step === 0 || isRoom(line));
    const headings = await ana.page.evaluate(async (names) => {
      const shown: string[] = [];
      for (const name of names) {
        const changed = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
        // A fragment of its own each time, so that there is always a change; the page reads all of it.
        location.hash = location.hash === `#${name}` ? "lobby" : name;
        await changed;
        shown.push(document.querySelector("h1")?.textContent ?? "");
      }
      return shown;
    }, rooms);
    for (const [at, heading] of headings.entries()) {
      const name = (rooms[at] ?? "").toLowerCase();
      t.true(heading.includes(isRoom(name) ? name : "lobby"), `${name}: ${heading}`);
    }
    for (const path of requests)
      t.regex(
        path,
        /^\/(api\/v1\/(sync|regions|sessions|rooms\/[a-z0-9-]+\/messages)|keep\.js|page\/[\w./-]+)?$/,
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
