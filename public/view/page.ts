import type { Room } from "../../sync/names.ts";
import { BrowserShelf } from "../client/browser-shelf.ts";
import { Client, type ClientEvent } from "../client/client.ts";
import type { Session } from "../client/parse.ts";
import type { Platform } from "../client/platform.ts";
import { Announcer } from "../shown/announcer.ts";
import { Chat, type Picture } from "../shown/chat.ts";
import { TimeWriter } from "../shown/time-words.ts";
import { ComposerView } from "./composer-view.ts";
import { ConnectionView } from "./connection-view.ts";
import { byId, setText } from "./element.ts";
import { HeadingView } from "./heading-view.ts";
import { keepName, keepSession, keptName, takeSession } from "./kept.ts";
import { ListView } from "./list-view.ts";
import { OlderView, type OlderNote } from "./older-view.ts";
import { ScrollPosition } from "./scroll-position.ts";
import { SignInView } from "./sign-in-view.ts";

const HISTORY_PAGE = 50;
/** How many messages the page keeps while the end is in sight, and at most while somebody reads further up. */
const KEPT_AT_END = 500;
const KEPT_AT_MOST = 2_000;

/** The views of index.html, the client that feeds them, and nothing that is decided elsewhere. */
export class Page {
  readonly #client: Client;
  readonly #chat: Chat;
  readonly #scroll: ScrollPosition;
  readonly #list: ListView;
  readonly #announcer: Announcer;
  readonly #heading = new HeadingView();
  readonly #connection = new ConnectionView();
  readonly #composer: ComposerView;
  readonly #signIn: SignInView;
  readonly #older: OlderView;

  #room: Room;
  #name: string | undefined;
  #session: Session | undefined;
  #picture: Picture;
  #history: "idle" | "asked" | "failed" = "idle";

  constructor(platform: Platform, room: Room) {
    this.#room = room;
    this.#client = new Client({
      platform,
      base: "",
      shelf: new BrowserShelf(),
      listen: (event) => this.#take(event),
    });
    this.#chat = new Chat(room, (session) => this.#client.isMine(session));
    this.#picture = this.#chat.picture();
    const announcer = byId("announcer", HTMLElement);
    this.#announcer = new Announcer(platform, (text) => setText(announcer, text));
    const scroller = byId("scroller", HTMLElement);
    const list = byId("messages", HTMLOListElement);
    this.#list = new ListView(list, new TimeWriter(), (line) => {
      this.#client.remove(line.mid);
      this.#composer.putBack(line.text);
    });
    this.#scroll = new ScrollPosition(scroller, list, () => this.#scrolled());
    this.#older = new OlderView(scroller, () => void this.#askOlder());
    this.#composer = new ComposerView({
      written: (text) => this.#write(text),
      renameAsked: () => this.#askName(this.#name ?? "", ""),
    });
    this.#signIn = new SignInView((name) => this.#enter(name));
  }

  /** Returns what stops it. */
  start(): () => void {
    const stopClient = this.#client.start();
    const stopCountdown = this.#connection.start();
    this.#client.follow([this.#room]);
    this.#composer.enter(this.#room);
    const name = keptName();
    if (name === undefined) this.#askName("", "");
    else this.#enter(name, takeSession());
    return () => {
      stopClient();
      stopCountdown();
    };
  }

  /** Shows another room. */
  open(room: Room): void {
    if (room === this.#room) return;
    this.#room = room;
    this.#history = "idle";
    this.#chat.open(room);
    this.#composer.enter(room);
    this.#client.follow([room]);
    this.#scroll.toEnd();
    this.#show();
  }

  /** Something hints that the network came or went. */
  check(): void {
    this.#client.check();
  }

  setVisible(isVisible: boolean): void {
    this.#client.setWatched(isVisible);
    if (isVisible) this.#client.check();
  }

  /** The page is gone, perhaps only to be loaded again: its session waits for it in the tab. */
  leave(): void {
    if (this.#session !== undefined) keepSession(this.#session);
  }

  /** The page is back out of the browser's memory, as it was. */
  comeBack(): void {
    takeSession();
    this.#client.check();
  }

  /** Would something be lost if the page were closed now? */
  hasUnsent(): boolean {
    return this.#chat.waiting > 0;
  }

  #take(event: ClientEvent): void {
    const news = this.#chat.take(event);
    for (const { sender, text } of news.arrived) this.#announcer.hear(sender.name, text);
    for (const { state } of news.rejected) {
      if (state.type === "rejected") this.#composer.complain(`Not sent: ${state.reason}`);
    }
    if (event.type === "sessionChanged") this.#sessionChanged(event.session);
    if (event.type === "nameRefused") this.#askName(this.#name ?? "", event.reason);
    this.#show();
  }

  #enter(name: string, kept?: Session): void {
    if (name !== this.#name || this.#session === undefined) this.#client.signIn(name, kept);
    this.#introduce(name);
  }

  /** The region has the last word on how a name is written. */
  #sessionChanged(session: Session | undefined): void {
    this.#session = session;
    if (session !== undefined && !this.#signIn.isAsking) this.#introduce(session.name);
  }

  #introduce(name: string): void {
    this.#name = name;
    keepName(name);
    this.#signIn.hide();
    this.#composer.show(name);
  }

  #askName(name: string, fault: string): void {
    this.#composer.show(undefined);
    this.#signIn.ask(name, fault);
  }

  #write(text: string): boolean {
    this.#scroll.toEnd();
    return this.#client.post(this.#room, text);
  }

  #scrolled(): void {
    if (this.#scroll.isAtEnd && this.#chat.trim(KEPT_AT_END)) this.#show();
    else this.#fillTop();
  }

  /** What is in sight begins with the first message that is known: then there should be more. */
  #fillTop(): void {
    const isWanted = this.#scroll.isAtTop && this.#picture.older === "maybe" && this.#history === "idle";
    if (isWanted) void this.#askOlder();
  }

  async #askOlder(): Promise<void> {
    if (this.#history === "asked" || this.#picture.lines.length >= KEPT_AT_MOST) return;
    const room = this.#room;
    const { floor } = this.#chat;
    this.#history = "asked";
    const answer = await this.#client.history({ room, before: floor, limit: HISTORY_PAGE });
    if (room !== this.#room) return;
    this.#history = answer.type === "ok" ? "idle" : "failed";
    if (answer.type === "ok") this.#chat.prepend(room, floor, answer.value);
    this.#show();
  }

  #show(): void {
    this.#chat.trim(this.#scroll.isAtEnd ? KEPT_AT_END : KEPT_AT_MOST);
    this.#picture = this.#chat.picture();
    const { room, region, lines, connection } = this.#picture;
    this.#scroll.keep(() => {
      this.#older.show(this.#olderNote(), room);
      this.#list.show(lines);
    });
    this.#heading.show(room, region);
    this.#connection.show(connection);
    this.#fillTop();
  }

  #olderNote(): OlderNote {
    const { older, lines } = this.#picture;
    if (older === "maybe" && lines.length >= KEPT_AT_MOST) return "full";
    return this.#history === "failed" ? "failed" : older;
  }
}
