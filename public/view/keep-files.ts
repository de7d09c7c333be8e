/* The page opens without its region: a worker keeps its files. */

const WORKER = "/keep.js";
const FILES = "settee-page";

/** Where a policy demands them (Trusted Types), addresses of scripts have to come from one that somebody looks after. */
interface Policies {
  createPolicy(name: string, rules: { createScriptURL(): string }): { createScriptURL(url: string): string };
}
declare const trustedTypes: Policies | undefined;

/**
 * Has the worker installed, and at a first visit the files kept that came before it. Browsers have workers on secure
 * connections only, and may forbid them: then the page needs its region to open.
 */
export async function keepFiles(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(workerAddress(), { type: "module" });
    await navigator.serviceWorker.ready;
    const files = await caches.open(FILES);
    if ((await files.match("/")) !== undefined) return;
    const loaded = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
    const own = loaded.filter(
      ({ origin, pathname }) => origin === location.origin && pathname.startsWith("/page/"),
    );
    await files.addAll(["/", ...new Set(own.map(({ pathname }) => pathname))]);
  } catch {
    // Refused, or the region went meanwhile: the next visit tries again.
  }
}

/** One policy, for one address. */
function workerAddress(): string {
  if (typeof trustedTypes === "undefined") return WORKER;
  return trustedTypes
    .createPolicy("settee-worker", { createScriptURL: () => WORKER })
    .createScriptURL(WORKER);
}
