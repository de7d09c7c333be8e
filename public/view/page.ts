import type { OrderKey, Room } from "../../sync/names.ts";
import { BrowserShelf } from "../client/browser-shelf.ts";
import { Client } from "../client/client.ts";
import type { ClientEvent } from "../client/events.ts";
import type { Session } from "../client/parse.ts";
import type { Platform } from "../client/platform.ts";
import { createRef, h, render } from "../preact/preact.mjs";
import { Announcer } from "../shown/announcer.ts";
import { Chat, type News } from "../shown/chat.ts";
import type { Picture } from "../shown/picture.ts";
import { failureWords } from "../shown/state-words.ts";
import type { TimeWriter } from "../shown/time-words.ts";
import type { Words } from "../words/english.ts";
import type { Stance } from "./acts.ts";
import type { Place } from "./address.ts";
import { Deeds } from "./deeds.ts";
import { byId } from "./element.ts";
import {
  keepName,
  keepRegions,
  keepSession,
  keptName,
  keptRegions,
  keptSettings,
  takeSession,
} from "./kept.ts";
import { keepRooms, keptRooms, listenForRooms } from "./kept-rooms.ts";
import { KeyDeeds } from "./key-deeds.ts";
import { listenForKeys } from "./keys.ts";
import { setLanguage, timesIn, wordsFor } from "./language.ts";
import { noticeOf } from "./notice.ts";
import { Notifier } from "./notifier.ts";
import { Reading } from "./reading.ts";
import { Screen } from "./screen.tsx";
import { ScrollPosition } from "./scroll-position.ts";
import { BEGINNING, type Stage } from "./stage.ts";
import { titleOf } from "./title.ts";
import type { Composer } from "./writing.tsx";

/** The client, what is shown of what it received, and everything drawn anew when something of it changes. */
export class Page implements Stage {
  readonly client: Client;
  readonly chat: Chat;
  readonly reading: Reading;
  words: Words;
  picture: Picture;
  stance: Stance;

  readonly #root = byId("page", HTMLElement);
  readonly #composer = createRef<Composer>();
  readonly #deeds = new Deeds(this);
  readonly #announcer: Announcer;
  readonly #notifier = new Notifier();
  readonly #scroll: ScrollPosition;
  #times: TimeWriter;
  #session: Session | undefined;
  #sought: OrderKey | undefined;
  #isDrawingDue = false;
  #keptRooms = "";

  constructor(platform: Platform, { room, order }: Place) {
    const settings = keptSettings();
    this.stance = { ...BEGINNING, settings };
    this.words = wordsFor(settings.language);
    this.client = new Client({
      platform,
      base: "",
      shelf: new BrowserShelf(),
      regions: keptRegions(),
      listen: (event) => this.#take(event),
    });
    this.chat = new Chat(room, this.client, keptRooms());
    this.picture = this.chat.picture(this.words);
    this.reading = new Reading(this.client, this.chat, () => this.set({ history: this.reading.state }));
    this.#sought = order;
    const spoken = byId("announcer", HTMLElement);
    const say = (text: string): void => spoken.replaceChildren(text);
    this.#announcer = new Announcer(platform, () => this.words, say);
    // Asked for before anything is drawn: on a slow phone the one takes as long as the other.
    this.client.follow(this.chat.rooms);
    setLanguage(this.words);
    this.#times = timesIn(this.words);
    this.#render();
    const [scroller, list] = [byId("scroller", HTMLElement), byId("messages", HTMLElement)];
    this.#scroll = new ScrollPosition(scroller, list, () => this.#scrolled());
  }

  /** Returns what stops it. */
  start(): () => void {
    const stops = [
      this.client.start(),
      listenForKeys(new KeyDeeds(this, this.#deeds)),
      listenForRooms((rooms) => {
        if (this.chat.keptElsewhere(rooms)) this.client.follow(this.chat.rooms);
        this.set({});
      }),
    ];
    const name = keptName();
    if (name === undefined) this.askName("", "");
    else this.#enter(name, takeSession());
    this.draw();
    return () => stops.forEach((stop) => stop());
  }

  get composer(): Composer | undefined {
    return this.#composer.current ?? undefined;
  }

  /** Where the address leads. */
  goToPlace({ room, order }: Place): void {
    if (room !== this.chat.room) this.#open(room);
    this.#sought = order;
    this.draw();
  }

  /** Something hints that the network came or went. */
  check(): void {
    this.client.check();
  }

  setVisible(isVisible: boolean): void {
    this.client.setWatched(isVisible);
    if (isVisible) this.client.check();
    this.#look();
    this.set({});
  }

  /** The page is gone, perhaps only to be loaded again: its session waits for it in the tab. */
  leave(): void {
    if (this.#session !== undefined) keepSession(this.#session);
  }

  set(change: Partial<Stance>): void {
    this.stance = { ...this.stance, ...change };
    if (this.#isDrawingDue) return;
    this.#isDrawingDue = true;
    // What happens together is drawn together.
    queueMicrotask(() => this.#isDrawingDue && this.draw());
  }

  draw(): void {
    this.#isDrawingDue = false;
    if (this.#scroll.isAtEnd) this.chat.current.trim();
    const wasPresent = !this.picture.isPast;
    this.picture = this.chat.picture(this.words);
    this.#scroll.keep(wasPresent, () => this.#render());
    this.stance = { ...this.stance, isAtEnd: this.#scroll.isAtEnd };
    this.#look();
    this.chat.drawn(Date.now());
    this.#keepRooms();
    this.#seekOn();
    this.#fill();
  }

  signIn(name: string): void {
    if (name === this.stance.name && this.#session !== undefined) this.#introduce(name);
    else this.#enter(name);
  }

  askName(name: string, fault: string): void {
    this.set({ asked: { name, fault } });
  }

  toEnd(): void {
    this.#sought = undefined;
    this.chat.current.toPresent();
    this.draw();
    this.#scroll.toEnd();
    this.set({ isAtEnd: true });
  }

  seek(order: OrderKey): void {
    this.#sought = order;
    this.set({});
  }

  reveal(key: string): HTMLElement | undefined {
    const line = this.picture.lines.find((one) => one.key === key);
    const node = line === undefined ? undefined : this.#scroll.nodeOf(line.mid);
    if (node === undefined) return undefined;
    this.#scroll.reveal(node);
    this.set({ selected: key, isAtEnd: this.#scroll.isAtEnd });
    return node;
  }

  speak(language: string | undefined): void {
    this.words = wordsFor(language);
    this.#times = timesIn(this.words);
    setLanguage(this.words);
  }

  #render(): void {
    const { panel } = this.stance;
    const journey = panel.type === "journey" ? this.chat.journey(panel.line.mid) : undefined;
    const { picture, stance, words } = this;
    const view = { picture, stance, words, times: this.#times, acts: this.#deeds };
    render(h(Screen, { ...view, composer: this.#composer, journey }), this.#root);
    document.title = titleOf(picture, this.chat.unread);
  }

  #take(event: ClientEvent): void {
    const toneBefore = this.picture.connection.tone;
    const news = this.chat.take(event, Date.now());
    this.#tell(news);
    if (event.type === "sessionChanged") this.#sessionChanged(event.session);
    if (event.type === "nameRefused") this.askName(this.stance.name ?? "", event.reason);
    if (event.type === "regionsChanged") keepRegions(event.regions);
    if (event.type === "moved") {
      const notice = noticeOf(event, this.words);
      this.set({ notice });
      this.#announcer.state(notice.text);
    }
    if (event.type === "connectionChanged" || event.type === "regionsChanged") {
      const { tone, text } = this.chat.picture(this.words).connection;
      const isNews = tone !== toneBefore && ![tone, toneBefore].includes("unsure");
      if (isNews) this.#announcer.state(text);
    }
    this.set({});
  }

  #tell({ arrived, rejected }: News): void {
    for (const { room, sender, text } of arrived) {
      if (room === this.chat.room) this.#announcer.hear(sender.name, text);
    }
    this.#notifier.tell(arrived, this.stance.settings);
    for (const entry of rejected) this.set({ fault: failureWords(entry, this.words) });
  }

  #open(room: Room): void {
    this.chat.open(room);
    this.reading.begin();
    this.client.follow(this.chat.rooms);
    this.#scroll.toEnd();
    const { history, selected, query, found, fault, editing } = BEGINNING;
    this.set({ history, selected, query, found, fault, editing });
  }

  #enter(name: string, session?: Session): void {
    this.client.signIn(name, session);
    this.#introduce(name);
  }

  /** The region has the last word on how a name is written. */
  #sessionChanged(session: Session | undefined): void {
    this.#session = session;
    if (session !== undefined && this.stance.asked === undefined) this.#introduce(session.name);
  }

  #introduce(name: string): void {
    keepName(name);
    this.set({ name, asked: undefined });
  }

  /** Somebody has the end of the room in sight, or has not any more. */
  #look(): void {
    const wasUnread = this.chat.unread;
    this.chat.look(!document.hidden && this.#scroll.isAtEnd && !this.chat.current.isPast);
    if (!document.hidden) this.chat.saw(this.picture.late.filter(({ mid }) => this.#scroll.isInSight(mid)));
    if (this.chat.unread !== wasUnread) this.set({});
  }

  #scrolled(): void {
    this.#look();
    const isAtEnd = this.#scroll.isAtEnd;
    if (isAtEnd !== this.stance.isAtEnd || (isAtEnd && this.chat.current.trim())) this.set({ isAtEnd });
    this.#fill();
  }

  /** What is in sight begins or ends with the last message that is known: then there should be more. */
  #fill(): void {
    if (this.reading.state !== "idle" || this.#sought !== undefined) return;
    if (this.#scroll.isAtTop && this.picture.older === "maybe") void this.reading.older();
    else if (this.#scroll.isNearEnd && this.chat.current.isPast) void this.reading.newer();
  }

  /** Shows the place somebody wants to see, or asks for what was said around it. */
  #seekOn(): void {
    const sought = this.#sought;
    if (sought === undefined || this.chat.current.isUnknown || this.reading.state === "asked") return;
    const line = this.picture.lines.find(({ message }) => message !== undefined && message.order >= sought);
    if (line !== undefined && this.chat.current.shown.covers(sought)) {
      this.#sought = undefined;
      this.reveal(line.key)?.focus();
    } else if (this.reading.state === "failed" || this.chat.current.shown.covers(sought)) {
      this.#sought = undefined;
    } else {
      void this.reading.around(sought);
    }
  }

  #keepRooms(): void {
    const rooms = JSON.stringify(this.chat.kept);
    if (rooms === this.#keptRooms) return;
    this.#keptRooms = rooms;
    keepRooms(this.chat.kept);
  }
}
