import type { Browser, Page } from "playwright-core";
import type { WireMessage } from "../../../sync/message.ts";
import type { Room } from "../../../sync/names.ts";
import type { Screen } from "../../checkers/history.ts";
import { ofMessages, type Violation } from "../../checkers/violation.ts";
import { pause } from "../../replay/pause.ts";
import type { TorturedRegion } from "./region.ts";

export interface TabSettings {
  readonly name: string;
  readonly room: Room;
  readonly region: TorturedRegion;
  readonly signal: AbortSignal;
}

interface Seen {
  readonly mid: string;
  readonly sender: string;
  readonly text: string;
}

const LOAD_MS = 10_000;
const AGAIN_MS = 300;

/** The page of a region in a real browser; what stands in its document is what its reader sees. */
export class Tab {
  readonly #settings: TabSettings;
  readonly #browser: Browser;
  readonly #page: Page;
  /** Mids that stood there twice at one moment. */
  readonly #doubled = new Set<string>();
  #loads = 0;

  private constructor(settings: TabSettings, browser: Browser, page: Page) {
    this.#settings = settings;
    this.#browser = browser;
    this.#page = page;
  }

  static async open(settings: TabSettings): Promise<Tab> {
    // Only who asks for a tab needs a browser.
    const { launchChromium } = await import("../../browser/chromium.ts");
    const browser = await launchChromium();
    const page = await browser.newPage();
    const tab = new Tab(settings, browser, page);
    await page.exposeFunction("reportDoubled", (mid: string) => void tab.#doubled.add(mid));
    await page.addInitScript(watchDoubles);
    await tab.goTo(settings.region);
    return tab;
  }

  /** Loads the page of that region, again and again until it comes: it may be dead just now. */
  async goTo(region: TorturedRegion): Promise<void> {
    const { room, signal } = this.#settings;
    const load = ++this.#loads;
    while (!signal.aborted && load === this.#loads) {
      const isLoaded = await this.#page.goto(`${region.url}/#${room}`, { timeout: LOAD_MS }).then(
        () => true,
        () => false,
      );
      if (isLoaded) return;
      await pause(AGAIN_MS, signal);
    }
  }

  /** What stands on it now. `standing`: the messages of the store, to know from where on it has to show everything. */
  async screen(standing: readonly WireMessage[]): Promise<Screen> {
    const { name, room } = this.#settings;
    const lines: Seen[] = await this.#page.evaluate(readLines);
    const first = standing.find(({ mid }) => mid === lines[0]?.mid);
    return { client: name, room, from: first?.order ?? "", isChanged: true, lines };
  }

  violations(): Violation[] {
    const doubled = [...this.#doubled].map((mid) => ({ mid }));
    return ofMessages("I2", doubled, `twice on the page of ${this.#settings.name} at one moment.`);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** Runs in the page, before its own code. */
function watchDoubles(): void {
  const report: unknown = Reflect.get(globalThis, "reportDoubled");
  const look = (): void => {
    const seen = new Set<string>();
    for (const line of document.querySelectorAll<HTMLElement>("#messages > li[data-mid]")) {
      const mid = line.dataset["mid"] ?? "";
      if (seen.has(mid) && typeof report === "function") report(mid);
      seen.add(mid);
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}

/** Runs in the page. */
function readLines(): Seen[] {
  return [...document.querySelectorAll<HTMLElement>("#messages > li[data-mid]")].map((line) => ({
    mid: line.dataset["mid"] ?? "",
    sender: line.querySelector(".name")?.textContent ?? "",
    text: line.dataset["withdrawn"] === "true" ? "" : (line.querySelector(".text")?.textContent ?? ""),
  }));
}
