import { pause } from "../../../replay/pause.ts";
import type { Weather } from "../../weather.ts";
import type { Scene } from "../scene.ts";

const LEAST_MS = 300;
const MOST_MS = 5_000;
/** A line that was dead goes on where it was, instead of being given up by somebody in between. */
const REVIVALS = 0.5;

/** Bad weather on one cable: between a region and the store, or between a region and the people. */
export async function spoil({ stage, chance, signal, count }: Scene): Promise<void> {
  const region = chance.pick(stage.regions);
  if (region === undefined) return;
  const [cable, where] = chance.happens(0.5) ? [region.storeCable, "store"] : [region.doorCable, "people"];
  const weathers: readonly Weather[] = [
    { type: "cut" },
    { type: "reset" },
    { type: "dead" },
    { type: "mute" },
    { type: "late", delayMs: 20 + chance.below(500) },
    { type: "narrow", bytesPerSecond: 10_000 + chance.below(200_000) },
    { type: "brittle", bytes: 100 + chance.below(20_000) },
  ];
  const weather = chance.pick(weathers) ?? { type: "cut" };
  count(`${where}: ${weather.type}`);
  cable.become(weather);
  await pause(LEAST_MS + chance.fraction() * (MOST_MS - LEAST_MS), signal);
  if (weather.type === "dead" && chance.happens(REVIVALS)) cable.become({ type: "whole" });
  else cable.mend();
}
