import { lastsMs, type Deed } from "./deed.ts";

/** What people do that is no fault at all, and still has to work. */
export const PEOPLE_DEEDS = {
  moves: (world, chance) => {
    const person = chance.pick(world.people);
    if (person !== undefined) world.moveElsewhere(person.page, person.follower);
  },
  reloads: (world, chance) => {
    const person = chance.pick(world.people);
    person?.page.reload();
    person?.follower.reload();
  },
  sleepers: (world, chance) => {
    const person = chance.pick(world.people);
    person?.follower.goAway();
    world.until(lastsMs(chance, 5_000, 90_000), () => person?.follower.comeBack());
  },
} satisfies Readonly<Record<string, Deed>>;
