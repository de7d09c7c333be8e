import type { WireMessage } from "../../sync/message.ts";
import type { Settings } from "./kept.ts";

const TONE_HZ = 660;
const TONE_S = 0.12;
const TONE_GAIN = 0.08;
/** One sound for what comes together. */
const SPACING_MS = 2_000;

/** Asks the browser, and so whoever is in front of it. */
export async function mayNotify(): Promise<boolean> {
  if (!("Notification" in globalThis)) return false;
  return (await Notification.requestPermission()) === "granted";
}

/** Tells people who asked for it of new messages while they look elsewhere. */
export class Notifier {
  #soundedAt = -Infinity;

  tell(messages: readonly WireMessage[], settings: Settings): void {
    const newest = messages.at(-1);
    if (newest === undefined || document.hasFocus()) return;
    if (settings.isNotifying) this.#notify(newest);
    if (settings.hasSound) this.#sound();
  }

  /** One for each room: a newer one takes its place. */
  #notify({ sender, room, text }: WireMessage): void {
    if (!("Notification" in globalThis) || Notification.permission !== "granted") return;
    const note = new Notification(`${sender.name} · #${room}`, { body: text.slice(0, 200), tag: room });
    note.addEventListener("click", () => {
      window.focus();
      note.close();
    });
  }

  #sound(): void {
    if (performance.now() - this.#soundedAt < SPACING_MS) return;
    this.#soundedAt = performance.now();
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = TONE_HZ;
    gain.gain.setValueAtTime(TONE_GAIN, audio.currentTime);
    gain.gain.exponentialRampToValueAtTime(TONE_GAIN / 100, audio.currentTime + TONE_S);
    tone.connect(gain).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + TONE_S);
    tone.addEventListener("ended", () => void audio.close());
  }
}
