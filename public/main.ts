import { isRoom } from "./client/names.ts";
import { webPlatform } from "./client/platform.ts";
import { Page } from "./view/page.ts";
import type { Room } from "../sync/names.ts";

/** Where people meet who were not told where to go. */
const DEFAULT_ROOM = "lobby";

function roomOfAddress(): Room | undefined {
  const name = location.hash.slice(1).toLowerCase();
  return [name, DEFAULT_ROOM].find(isRoom);
}

function openPage(room: Room): void {
  const page = new Page(webPlatform, room);
  page.start();
  addEventListener("hashchange", () => page.open(roomOfAddress() ?? room));
  addEventListener("online", () => page.check());
  addEventListener("offline", () => page.check());
  addEventListener("pagehide", () => page.leave());
  addEventListener("pageshow", (event) => event.persisted && page.comeBack());
  addEventListener("beforeunload", (event) => page.hasUnsent() && event.preventDefault());
  document.addEventListener("visibilitychange", () => page.setVisible(!document.hidden));
}

const firstRoom = roomOfAddress();
if (firstRoom !== undefined) openPage(firstRoom);
