import type { Line } from "../shown/lines.ts";
import type { Acts } from "./acts.ts";
import type { KeyActs } from "./keys.ts";
import type { Stage } from "./stage.ts";

/** What each key does: the same as the button it stands for, or a move of the focus. */
export class KeyDeeds implements KeyActs {
  readonly #stage: Stage;
  readonly #acts: Acts;

  constructor(stage: Stage, acts: Acts) {
    this.#stage = stage;
    this.#acts = acts;
  }

  write(): void {
    document.getElementById("text")?.focus();
  }

  showKeys(): void {
    this.#acts.show({ type: "keys" });
  }

  move(by: 1 | -1): void {
    const { picture, stance } = this.#stage;
    const last = picture.lines.length - 1;
    const at = picture.lines.findIndex(({ key }) => key === stance.selected);
    const line = picture.lines[at === -1 ? last : Math.min(Math.max(at + by, 0), last)];
    if (line !== undefined) this.#stage.reveal(line.key)?.focus();
  }

  replyToSelected(): void {
    this.#withSelected((line) => this.#acts.reply(line));
  }

  editSelected(): void {
    this.#withOwn((line) => this.#acts.edit(line));
  }

  takeBackSelected(): void {
    this.#withOwn((line) => this.#acts.askTakeBack(line));
  }

  journeyOfSelected(): void {
    this.#withSelected((line) => this.#acts.journey(line));
  }

  linkOfSelected(): void {
    this.#withSelected((line) => this.#acts.copyLink(line));
  }

  toNewest(): void {
    this.#acts.toNewest();
  }

  search(): void {
    this.#acts.search("");
  }

  askDate(): void {
    this.#acts.show({ type: "jump" });
  }

  moveRoom(by: 1 | -1): void {
    const rooms = this.#stage.picture.rooms.map(({ room }) => room);
    const next = rooms[(rooms.indexOf(this.#stage.chat.room) + by + rooms.length) % rooms.length];
    if (next !== undefined) this.#acts.open(next);
  }

  askRoom(): void {
    this.#acts.showRooms(true);
    this.#stage.draw();
    document.getElementById("new-room")?.focus();
  }

  showRegions(): void {
    this.#acts.show({ type: "regions" });
  }

  showSettings(): void {
    this.#acts.show({ type: "settings" });
  }

  get #selected(): Line | undefined {
    const { picture, stance } = this.#stage;
    return picture.lines.find(({ key }) => key === stance.selected);
  }

  #withSelected(act: (line: Line) => void): void {
    const line = this.#selected;
    if (line?.message !== undefined) act(line);
  }

  #withOwn(act: (line: Line) => void): void {
    const line = this.#selected;
    if (line?.mayChange === true) act(line);
  }
}
