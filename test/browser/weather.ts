import type { ExecutionContext, TestFn } from "ava";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { FakeRegion } from "./fake-region.ts";
import { FakeStore } from "./fake-store.ts";

/** What a test of the page is given: regions on one store, and tabs in a browser. */
export interface Weather {
  readonly openRegions: (
    t: ExecutionContext,
  ) => Promise<{ us: FakeRegion; eu: FakeRegion; store: FakeStore }>;
  /** Somebody opens the page of a region, fake or real, at its address. */
  readonly openTab: (t: ExecutionContext, url: string, options?: BrowserContextOptions) => Promise<Tab>;
}

/** One browser for all tests of a file; regions and tabs end with their test. */
export function withBrowser(test: TestFn): Weather {
  let browser: Browser | undefined;
  test.before(async () => {
    browser = await launchChromium();
  });
  test.after.always(() => browser?.close());

  return {
    async openRegions(t) {
      const store = new FakeStore();
      const [us, eu] = [new FakeRegion("us", store), new FakeRegion("eu", store)] as const;
      for (const region of [us, eu]) {
        await region.start();
        t.teardown(() => region.stop());
      }
      return { us, eu, store };
    },

    async openTab(t, url, options = {}) {
      if (browser === undefined) throw new Error("tests open tabs, modules do not");
      const context = await browser.newContext({ locale: "en-GB", ...options });
      t.teardown(() => context.close());
      // Less than a long poll takes: what only the next one would show, is shown too late.
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      return { page, faults: await visit(page, url) };
    },
  };
}

export interface Tab {
  readonly page: Page;
  /** What the console, the page and its policy complained of; requests that failed are the test's own weather. */
  readonly faults: string[];
}

/** Opens an address in a tab that is there already, and listens for what goes wrong. */
export async function visit(page: Page, url: string): Promise<string[]> {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("dialog", (dialog) => faults.push(`dialog: ${dialog.message()}`));
  page.on("console", (said) => {
    const isNetwork = said.text().startsWith("Failed to load resource");
    if (["error", "warning"].includes(said.type()) && !isNetwork) faults.push(said.text());
  });
  await page.goto(url);
  return faults;
}

export async function signIn({ page }: Tab, name: string): Promise<void> {
  await page.getByLabel("Choose a nickname to join in").fill(name);
  await page.keyboard.press("Enter");
  await page.getByLabel("Message", { exact: true }).waitFor();
}

/** Types into whatever has the focus, as a person would after sending the message before. */
export async function say({ page }: Tab, text: string): Promise<void> {
  await page.getByLabel("Message", { exact: true }).pressSequentially(text);
  await page.keyboard.press("Enter");
}

/** Waits until this text is shown once with this state, by whatever route it came. */
export async function seen({ page }: Tab, text: string, state: string): Promise<void> {
  await page.locator(`li[data-state="${state}"] .text`, { hasText: text }).waitFor();
}

export async function textsOf({ page }: Tab): Promise<string[]> {
  return page.locator("#messages .text").allTextContents();
}

/** Whether all of this text's line can be seen. */
export async function isInSight({ page }: Tab, text: string): Promise<boolean> {
  return page.getByText(text, { exact: true }).evaluate((line) => {
    const [box, scroller] = [line, document.querySelector("#scroller")].map((one) =>
      one?.getBoundingClientRect(),
    );
    return (
      box !== undefined && scroller !== undefined && box.top >= scroller.top && box.bottom <= scroller.bottom
    );
  });
}

/** Waits until the line about the connection says this. */
export async function connectionSays({ page }: Tab, words: string): Promise<void> {
  await page.locator("#connection").filter({ hasText: words }).waitFor();
}

/** Waits until the page could open without its region. */
export async function filesKept({ page }: Tab): Promise<void> {
  await page.evaluate(async () => {
    const files = await caches.open("settee-page");
    for (const { name } of performance.getEntriesByType("resource")) {
      while (name.includes("/page/") && (await files.match(name)) === undefined)
        await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
}
