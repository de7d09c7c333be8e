import test from "ava";
import { branded } from "../../../sync/brand.ts";
import type { Room } from "../../../sync/names.ts";
import type { RegionView } from "../../../sync/wire.ts";
import { firstTold, peopleOf, type FirstTold, type Presence } from "../../../public/shown/people.ts";
import { regionsSeenBy } from "../client/client-under-test.ts";
import { lobby } from "../messages.ts";

const inLobby = (...names: readonly string[]) => [{ room: lobby, names }];
const us = { name: "us", state: "here", here: inLobby("Ben", "Ana") } as const;
const eu = {
  name: "eu",
  here: [...inLobby("Ben"), { room: branded<Room>("kitchen"), names: ["Chloé"] }],
} as const;

function peopleWith(views: readonly Partial<RegionView>[], other: Partial<Presence> = {}) {
  const regions = regionsSeenBy("us", views);
  return peopleOf({
    room: lobby,
    regions,
    firstTold: new Map(),
    isLive: true,
    name: undefined,
    region: "us",
    ...other,
  });
}

test("who reads the room is told by name, once, with every region they read in", (t) => {
  t.deepEqual(peopleWith([us, eu], { name: "Ana" }), {
    here: [
      { name: "Ana", regions: ["us"], isSelf: true },
      { name: "Ben", regions: ["eu", "us"], isSelf: false },
    ],
    unknown: [],
  });
});

test("[I8] of a region that is not reachable, or does not tell, nothing is known; of one that stopped, all is", (t) => {
  const silent = { ...eu, name: "ap", state: "silent" } as const;
  const older = { name: "sa" };
  const stopped = { ...eu, name: "af", state: "retired" } as const;
  const { here, unknown } = peopleWith([us, silent, older, stopped]);
  t.deepEqual(
    here.map(({ name }) => name),
    ["Ana", "Ben"],
  );
  t.deepEqual(unknown, ["ap", "sa"]);
});

test("[I8] while the store is away only ours is known, and while ours gives no answer none is", (t) => {
  const known = regionsSeenBy("us", [us, eu]);
  const regions = { ...known, store: { state: "away", waiting: 0 } } as const;
  t.deepEqual(peopleWith([], { regions }).unknown, ["eu"]);
  t.is(peopleWith([], { regions }).here.length, 2);
  t.deepEqual(peopleWith([us, eu], { isLive: false, name: "Ana" }), { here: [], unknown: ["us", "eu"] });
});

/** Where Ben is, by the accounts of us and eu, each with its time, as somebody in eu hears of them one after another. */
function regionsOfBen(...accounts: readonly (readonly [us: number | undefined, eu: number | undefined])[]) {
  let since: FirstTold = new Map();
  return accounts.map(([usAt, euAt], n) => {
    const views = [
      { name: "us", here: usAt === undefined ? [] : inLobby("Ben"), at: usAt ?? n },
      { name: "eu", here: euAt === undefined ? [] : inLobby("Ben"), at: euAt ?? n, state: "here" },
    ] as const;
    since = firstTold(since, regionsSeenBy("eu", views));
    return peopleWith(views, { firstTold: since, region: "eu" }).here.flatMap(({ regions }) => regions);
  });
}

test("[I8] who came here after another region told of them last is no longer there, whether it lives or not", (t) => {
  t.deepEqual(regionsOfBen([10, undefined], [10, 15], [10, 20]), [["us"], ["eu"], ["eu"]]);
});

test("who reads in two regions is told with both, as soon as the other one tells of them again", (t) => {
  t.deepEqual(regionsOfBen([10, undefined], [10, 15], [60, 61], [60, 100], [120, 121]), [
    ["us"],
    ["eu"],
    ["eu", "us"],
    ["eu", "us"],
    ["eu", "us"],
  ]);
});

test("who goes there and comes back is here, at once", (t) => {
  t.deepEqual(regionsOfBen([undefined, 10], [20, undefined], [20, 30]), [["eu"], ["us"], ["eu"]]);
});

test("who looks at the page is here before any region has told so", (t) => {
  t.deepEqual(peopleWith([], { regions: undefined, name: "Ana" }).here, [
    { name: "Ana", regions: ["us"], isSelf: true },
  ]);
});
