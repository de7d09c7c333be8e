import test from "ava";
import { branded } from "../../sync/brand.ts";
import type { Since } from "../../sync/store.ts";
import { ZERO_STAMP } from "../../sync/stamp.ts";
import { HERE, THERE } from "../sync/names.ts";
import { DiskImage } from "./disk.ts";

function diskWith(...bookmarks: string[]): DiskImage {
  const disk = new DiskImage(HERE);
  disk.write([
    {
      type: "own",
      own: { born: ZERO_STAMP, n: 0, stamp: ZERO_STAMP, nonces: ["00000001"], announced: undefined },
    },
  ]);
  disk.sync();
  for (const bookmark of bookmarks) disk.write([{ type: "since", since: branded<Since>(bookmark) }]);
  return disk;
}

function bookmarkOn(disk: DiskImage): string | undefined {
  return disk.load().snapshot?.since;
}

test("a crash of the machine takes the newest unsynced batches, each as a whole, and no synced one", (t) => {
  const disk = diskWith("1", "2", "3");
  disk.tear(1);
  t.is(bookmarkOn(disk), "2");
  t.is(disk.unsynced, 0);
  disk.tear(10);
  t.is(bookmarkOn(disk), "2", "what survived one crash survives the next");
});

test("what is sure to survive is what was synced", (t) => {
  const disk = diskWith("1");
  t.is(bookmarkOn(disk.durable()), undefined);
  disk.sync();
  t.is(bookmarkOn(disk.durable()), "1");
});

test("a copy does not know what happens later", (t) => {
  const disk = diskWith("1");
  const copy = disk.copy();
  disk.write([{ type: "origin", origin: THERE }]);
  t.is(disk.load().origin, THERE);
  t.is(copy.load().origin, HERE);
});

test("a new disk holds nothing but the origin it was made with", (t) => {
  t.deepEqual(new DiskImage(HERE).load(), { origin: HERE, snapshot: undefined });
});
