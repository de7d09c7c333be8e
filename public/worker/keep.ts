/**
 * Keeps the page's own files, so that it opens when its region gives no answer: what waits in it can then be sent by
 * another one. Nothing of the chat passes through here.
 */

declare const self: ServiceWorkerGlobalScope;

/** The page puts its files there too, at its first visit: see `keepFiles`. */
export const FILES = "settee-page";
/** A region that takes longer for a file is as good as none. */
const PATIENCE_MS = 3_000;

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const isFile = pathname === "/" || pathname.startsWith("/page/");
  if (request.method === "GET" && origin === self.location.origin && isFile) {
    event.respondWith(newestOf(request));
  }
});

/** From the region, so that a newer page is shown as soon as there is one; what was kept only without it. */
async function newestOf(request: Request): Promise<Response> {
  const files = await caches.open(FILES);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) await files.put(request, response.clone());
    return response;
  } catch {
    return (await files.match(request, { ignoreVary: true })) ?? Response.error();
  }
}
