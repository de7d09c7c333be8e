import { arabic } from "./arabic.ts";
import { english, type Words } from "./english.ts";
import { german } from "./german.ts";

export const languages: readonly Words[] = [english, german, arabic];

/** The first of the wanted languages that the page speaks: "de-AT" is answered in German. */
export function speak(wanted: readonly string[]): Words {
  for (const tag of wanted) {
    const primary = tag.split("-")[0]?.toLowerCase();
    const found = languages.find(({ language }) => language === primary);
    if (found !== undefined) return found;
  }
  return english;
}
