import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";

/** What axe-core finds wrong with the page as it is now, in short. Run beside the page's policy, not in its way. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  const source = await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
  // By the browser's own tools: a script element would be refused, as it should be.
  await page.evaluate(source);
  return page.evaluate(async () => {
    const axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } = Reflect.get(
      globalThis,
      "axe",
    );
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}
