import type { Room } from "../../sync/names.ts";
import { orderAt } from "../client/names.ts";
import type { Line } from "../shown/lines.ts";
import { quote } from "../shown/quote.ts";
import { search } from "../shown/search.ts";
import type { Acts, Panel } from "./acts.ts";
import { addressOf } from "./address.ts";
import { keepDraft, keepSettings, type Settings } from "./kept.ts";
import { mayNotify } from "./notifier.ts";
import type { Stage } from "./stage.ts";

/** What each act of somebody does. */
export class Deeds implements Acts {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  enter(name: string): void {
    this.#stage.signIn(name);
  }

  rename(): void {
    this.#stage.askName(this.#stage.stance.name ?? "", "");
  }

  open(room: Room): void {
    location.hash = addressOf(room);
    this.showRooms(false);
  }

  leave(room: Room): void {
    const { chat, client } = this.#stage;
    chat.leave(room);
    client.follow(chat.rooms);
    this.#stage.set({});
  }

  write(text: string): boolean {
    const { chat, client, words } = this.#stage;
    this.toNewest();
    const wasTaken = client.post(chat.room, text);
    this.#stage.set({ fault: wasTaken ? "" : words.outboxFull });
    return wasTaken;
  }

  drafted(text: string): void {
    keepDraft(this.#stage.chat.room, text);
  }

  retry(): void {
    this.#stage.client.check();
  }

  askDiscard(isDiscardAsked: boolean): void {
    this.#stage.set({ isDiscardAsked });
  }

  discard(): void {
    const { chat, client } = this.#stage;
    for (const { mid } of chat.waiting) client.remove(mid);
    this.#stage.set({ isDiscardAsked: false });
  }

  earlier(): void {
    void this.#stage.reading.older();
  }

  toNewest(): void {
    this.#stage.toEnd();
  }

  toLate(): void {
    const [message] = this.#stage.picture.late;
    if (message !== undefined) this.#stage.seek(message.order);
  }

  select({ key }: Line): void {
    if (this.#stage.stance.selected !== key) this.#stage.set({ selected: key });
  }

  unfold({ key }: Line): void {
    const unfolded = new Set(this.#stage.stance.unfolded);
    if (!unfolded.delete(key)) unfolded.add(key);
    this.#stage.set({ unfolded });
  }

  reply({ name, text, withdrawnAt }: Line): void {
    if (withdrawnAt !== undefined) return;
    this.leaveEditing();
    this.#stage.composer?.put(quote(name, text), "before");
  }

  editAgain(line: Line): void {
    const { mid, text } = line.failed ?? line;
    this.#stage.client.remove(mid);
    this.#stage.set({ fault: "" });
    if (line.failed !== undefined && line.mayChange) return this.edit({ ...line, text });
    this.leaveEditing();
    return this.#stage.composer?.put(text, "after");
  }

  edit(line: Line): void {
    const mine = this.#stage.chat.mine(line);
    if (mine === undefined || !line.mayChange) return;
    const { key, text } = line;
    this.#stage.set({ editing: { key, mine, text }, selected: key, fault: "" });
    this.#stage.draw();
    this.#stage.composer?.focus();
  }

  editLast(): void {
    if (this.#stage.picture.isPast) this.#stage.toEnd();
    const line = this.#stage.picture.lines.findLast(({ mayChange }) => mayChange);
    if (line !== undefined) this.edit(line);
  }

  save(text: string): void {
    const { chat, client, picture, stance, words } = this.#stage;
    const { editing } = stance;
    if (editing === undefined) return;
    const line = picture.lines.find(({ key }) => key === editing.key);
    const mine = (line === undefined ? undefined : chat.mine(line)) ?? editing.mine;
    if (!client.mayChange(mine)) return this.#stage.set({ fault: words.notChangeable });
    if (text === "" && line !== undefined) return this.askTakeBack(line);
    const isSame = text === line?.text;
    if (isSame || client.change(mine, text)) return this.leaveEditing();
    return this.#stage.set({ fault: words.outboxFull });
  }

  leaveEditing(): void {
    if (this.#stage.stance.editing === undefined) return;
    this.#stage.set({ editing: undefined, fault: "" });
    // What was being written before is there again.
    this.#stage.draw();
  }

  askTakeBack(line: Line): void {
    if (line.mayChange) this.show({ type: "takeBack", line });
  }

  takeBack({ key }: Line): void {
    const { chat, client, picture, stance, words } = this.#stage;
    const line = picture.lines.find((one) => one.key === key);
    const mine = line === undefined ? undefined : chat.mine(line);
    const wasTaken = mine !== undefined && client.takeBack(mine);
    if (stance.editing?.key === key) this.leaveEditing();
    this.#stage.set({ fault: wasTaken ? "" : words.notChangeable });
    this.#stage.draw();
    // What no region has is gone as a whole, and the focus with it.
    if (document.activeElement === document.body) this.#stage.composer?.focus();
  }

  discardChange({ failed }: Line): void {
    if (failed !== undefined) this.#stage.client.remove(failed.mid);
    this.#stage.set({ fault: "" });
  }

  journey(line: Line): void {
    // What the other regions have seen is asked anew.
    this.#stage.client.setWatched(true);
    this.show({ type: "journey", line });
  }

  copyLink({ message }: Line): void {
    if (message === undefined) return;
    const link = addressOf(message.room, message.order);
    const { words } = this.#stage;
    // Without a secure connection there is no clipboard: then the address itself is the link.
    const copying = isSecureContext
      ? navigator.clipboard.writeText(new URL(link, location.href).href)
      : Promise.reject(new Error("no clipboard"));
    copying.then(
      () => this.#stage.set({ notice: { text: words.copied } }),
      () => {
        location.hash = link;
      },
    );
  }

  show(panel: Panel): void {
    this.#stage.set({ panel });
  }

  close(panel: Panel): void {
    if (panel === this.#stage.stance.panel) this.#stage.set({ panel: { type: "none" } });
  }

  showRooms(isRoomsOpen: boolean): void {
    if (isRoomsOpen === this.#stage.stance.isRoomsOpen) return;
    this.#stage.set({ isRoomsOpen });
    this.#stage.draw();
    // Where the rooms are always there neither button is, and the focus stays where it was.
    document.getElementById(isRoomsOpen ? "close-rooms" : "open-rooms")?.focus();
  }

  goTo(region: string): void {
    this.show({ type: "none" });
    void this.#goTo(region);
  }

  dismiss(): void {
    this.#stage.set({ notice: undefined });
  }

  search(query: string | undefined): void {
    const found = search(this.#stage.picture.lines, query ?? "");
    this.#stage.set({ query, found, foundAt: found.length - 1 });
    this.#revealFound();
  }

  step(by: 1 | -1): void {
    const { found, foundAt } = this.#stage.stance;
    if (found.length === 0) return;
    this.#stage.set({ foundAt: (foundAt + by + found.length) % found.length });
    this.#revealFound();
  }

  jump(at: number): void {
    this.show({ type: "none" });
    this.#stage.seek(orderAt(at));
  }

  settle(settings: Settings): void {
    keepSettings(settings);
    this.#stage.speak(settings.language);
    this.#stage.set({ settings });
    if (settings.isNotifying) void this.#askToNotify(settings);
  }

  async #goTo(region: string): Promise<void> {
    if (await this.#stage.client.goTo(region)) return;
    this.#stage.set({ notice: { text: this.#stage.words.stillSilent(region) } });
  }

  async #askToNotify(settings: Settings): Promise<void> {
    if (!(await mayNotify())) this.settle({ ...settings, isNotifying: false });
  }

  #revealFound(): void {
    this.#stage.draw();
    const { found, foundAt } = this.#stage.stance;
    const key = found[foundAt];
    if (key !== undefined) this.#stage.reveal(key);
  }
}
