import { fetchBegun } from "./begin.ts";
import { webPlatform } from "./client/platform.ts";
import { placeOf, type Place } from "./view/address.ts";
import { keepFiles } from "./view/keep-files.ts";
import { Page } from "./view/page.ts";

/** The first messages are there by then: before, a slow processor has enough to do. */
const KEEP_AFTER_MS = 2_000;

function openPage(place: Place): void {
  const page = new Page({ ...webPlatform, fetch: fetchBegun }, place);
  page.start();
  webPlatform.after(KEEP_AFTER_MS, () => void keepFiles());
  addEventListener("hashchange", () => page.goToPlace(placeOf(location.hash) ?? place));
  addEventListener("online", () => page.check());
  addEventListener("offline", () => page.check());
  addEventListener("pagehide", () => page.leave());
  // Out of the browser's memory comes a page that heard nothing meanwhile. All it had is kept: it begins anew.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", () => page.setVisible(!document.hidden));
}

const firstPlace = placeOf(location.hash);
if (firstPlace !== undefined) openPage(firstPlace);
