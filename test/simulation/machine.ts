import { branded } from "../../sync/brand.ts";
import { messageId, type MessageId, type Origin } from "../../sync/names.ts";
import type { StoreDocument } from "../../sync/store.ts";
import type { Chance } from "../sync/chance.ts";
import type { Couch } from "./couch/couch.ts";
import { DiskImage } from "./disk.ts";
import { RegionProcess } from "./region-process.ts";
import { StoreLine } from "./store-line.ts";
import type { Surroundings } from "./surroundings.ts";

const DIGITS = "0123456789abcdefghijklmnopqrstuv";

export interface Making {
  readonly name: string;
  /** Undefined: a new, empty disk. */
  readonly disk?: DiskImage | undefined;
  /** Whether the copy of a directory is noticed as one, by its inode. */
  readonly isKnownCopy?: boolean;
  readonly isDiskless: boolean;
  readonly follow: "feed" | "poll";
  readonly isNewer: boolean;
  readonly skewMs: number;
  readonly onItsWay: (document: StoreDocument) => void;
}

/** A machine with its disk, its clock and its line to the store, on which one region lives one process after the other. */
export class Machine {
  readonly name: string;
  readonly isDiskless: boolean;
  readonly chance: Chance;
  readonly line: StoreLine;
  /** How far its wall clock is off. */
  skewMs: number;
  isDiskFull = false;
  /** It never comes back. */
  isGone = false;
  /** Every origin its processes wrote as. */
  readonly origins = new Set<Origin>();
  disk: DiskImage;
  process: RegionProcess | undefined;
  #origin: Origin;
  readonly #making: Making;
  readonly #couch: Couch;
  readonly #surroundings: Surroundings;
  readonly #copied: Origin | undefined;

  constructor(making: Making, couch: Couch, surroundings: Surroundings) {
    this.name = making.name;
    this.isDiskless = making.isDiskless;
    this.skewMs = making.skewMs;
    this.#making = making;
    this.#couch = couch;
    this.#surroundings = surroundings;
    this.chance = surroundings.chanceFor(making.name);
    this.line = new StoreLine(this.#connect(), surroundings, this.chance);
    this.disk = making.disk ?? new DiskImage(this.drawOrigin());
    this.#origin = this.disk.load().origin;
    this.#copied = making.isKnownCopy === true ? this.#origin : undefined;
  }

  /** The origin its process writes as, or wrote as last. */
  get origin(): Origin {
    return this.process?.origin ?? this.#origin;
  }

  get nowMs(): number {
    return this.#surroundings.schedule.nowMs + this.skewMs;
  }

  /** Switched on, and its region started. */
  boot(): void {
    if (this.isGone || this.process !== undefined) return;
    if (this.isDiskless) this.disk = new DiskImage(this.drawOrigin());
    const { origin, snapshot } = this.disk.load();
    for (const { message, isWaiting } of snapshot?.messages ?? []) {
      // Perhaps its write was said to have failed, and is there all the same.
      if (isWaiting) this.#noteSynced(messageId(message.room, message.order));
    }
    this.line.connection = this.#connect();
    this.process = new RegionProcess(
      {
        name: this.name,
        origin,
        snapshot: this.isDiskless ? undefined : snapshot,
        isCopy: origin === this.#copied,
        epoch: this.#draw(8),
        follow: this.#making.follow,
        disk: this.isDiskless ? undefined : this.disk,
        line: this.line,
        nowMs: () => this.nowMs,
        isDiskFull: () => this.isDiskFull,
        isNewer: this.#making.isNewer,
        onItsWay: this.#making.onItsWay,
        drawOrigin: () => this.#noteOrigin(this.drawOrigin()),
      },
      this.#surroundings,
      this.chance,
    );
    this.#noteOrigin(origin);
    this.process.begin();
  }

  /** The process dies from one instruction to the next; what it had written to files stays. */
  kill(): void {
    if (this.process === undefined) return;
    this.#origin = this.process.origin;
    this.process.kill();
    this.process = undefined;
  }

  /** The whole machine dies: of what was not synced the newest part is lost. Returns how many batches. */
  losePower(): number {
    this.kill();
    const lost = this.chance.below(this.disk.unsynced + 1);
    this.disk.tear(lost);
    return lost;
  }

  /** Another disk stands in its place. */
  exchangeDisk(disk: DiskImage): void {
    this.kill();
    this.disk = disk;
  }

  drawOrigin(): Origin {
    return branded<Origin>(this.#draw(26));
  }

  #noteSynced(id: MessageId): void {
    this.#surroundings.chronicle.synced(id, this.#surroundings.schedule.nowMs);
  }

  #noteOrigin(origin: Origin): Origin {
    this.origins.add(origin);
    return origin;
  }

  #connect() {
    return this.#couch.connect(this.chance.below(this.#couch.nodes));
  }

  #draw(digits: number): string {
    return Array.from({ length: digits }, () => DIGITS.charAt(this.chance.below(DIGITS.length))).join("");
  }
}
