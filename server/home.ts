import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { branded } from "../sync/brand.ts";
import type { Origin } from "../sync/names.ts";
import { openJournalFile, type JournalFile } from "./journal-file.ts";

/** Where a region lives: its name, and its directory with the journal in it if there is one to be written. */
export type Home =
  | { readonly type: "home"; readonly name: string; readonly directory: string; readonly file: JournalFile }
  /** Nothing can be written there. The region works all the same, but acknowledges only what the store has. */
  | { readonly type: "homeless"; readonly name: string; readonly origin: Origin; readonly reason: string }
  /** The name was asked for, and a running process has it. */
  | { readonly type: "taken"; readonly directory: string };

const BASE32HEX = "0123456789abcdefghijklmnopqrstuv";
const NAMES = 1_000;

/**
 * Opens the directory of the region called `name`, or without a name the first of region-1, region-2, … that no
 * running process of this machine has and no other region goes by (`isUsed` asks, for names new to this machine).
 */
export async function findHome(
  dataDirectory: string,
  name: string | undefined,
  isUsed: (name: string, origin: Origin) => boolean,
): Promise<Home> {
  for (const candidate of name === undefined ? numberedNames() : [name]) {
    const directory = join(dataDirectory, "regions", candidate);
    const made = await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) =>
      String(error),
    );
    const opened = await openJournalFile(join(directory, "journal"), randomOrigin());
    switch (opened.type) {
      case "opened":
        if (name !== undefined || !isUsed(candidate, opened.file.origin)) {
          return { type: "home", name: candidate, directory, file: opened.file };
        }
        await opened.file.level.close();
        break;
      case "locked":
        if (name !== undefined) return { type: "taken", directory };
        break;
      case "unusable": {
        const origin = randomOrigin();
        if (name === undefined && isUsed(candidate, origin)) break;
        return {
          type: "homeless",
          name: candidate,
          origin,
          reason: made?.startsWith("Error") === true ? made : opened.reason,
        };
      }
    }
  }
  return { type: "taken", directory: join(dataDirectory, "regions") };
}

/** 8 base32hex digits: one life of a process. */
export function randomEpoch(): string {
  return randomDigits(8);
}

/** 128 random bits (and two more, to fill the last digit) as base32hex. */
export function randomOrigin(): Origin {
  return branded<Origin>(randomDigits(26));
}

function randomDigits(count: number): string {
  return Array.from(randomBytes(count), (byte) => BASE32HEX.charAt(byte & 31)).join("");
}

function numberedNames(): string[] {
  return Array.from({ length: NAMES }, (_, index) => `region-${index + 1}`);
}
