import binary from "@sparticuz/chromium";
import { chromium, type Browser } from "playwright-core";

/**
 * A real Chromium out of an npm package, without a window. Close it when done. Not with the arguments the package
 * proposes: they are for cloud functions, switch web security off, and end the browser with its first context.
 */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await binary.executablePath(), args: ["--no-sandbox"] });
}
