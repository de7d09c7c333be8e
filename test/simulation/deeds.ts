import { ADMIN_DEEDS } from "./deeds-of-admins.ts";
import { PEOPLE_DEEDS } from "./deeds-of-people.ts";
import { LINE_DEEDS } from "./deeds-to-lines.ts";
import { MACHINE_DEEDS } from "./deeds-to-machines.ts";
import { STORE_DEEDS } from "./deeds-to-stores.ts";
import type { Deed } from "./deed.ts";
import type { DeedName } from "./swarm.ts";

/** What each name in a swarm's plan does. */
export const DEEDS: Readonly<Record<DeedName, Deed>> = {
  ...PEOPLE_DEEDS,
  ...MACHINE_DEEDS,
  ...LINE_DEEDS,
  ...STORE_DEEDS,
  ...ADMIN_DEEDS,
};
