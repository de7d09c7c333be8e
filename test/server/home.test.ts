import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { findHome, randomEpoch, type Home } from "../../server/home.ts";
import { isOrigin } from "../../sync/names.ts";
import { temporaryDirectory } from "../process/chat-processes.ts";

const unused = (): boolean => false;

test("without a name the first free of region-1, region-2, … is taken, on this machine and in the chat", async (t) => {
  const data = await dataDirectory(t);
  const first = await opened(t, findHome(data, undefined, unused));
  t.is(first.name, "region-1");
  const second = await opened(t, findHome(data, undefined, unused));
  t.is(second.name, "region-2", "the first is locked by a running process");
  const fourth = await opened(
    t,
    findHome(data, undefined, (name) => name === "region-3"),
  );
  t.is(fourth.name, "region-4", "another region goes by the third");
  t.true(isOrigin(first.file.origin));
  t.not(first.file.origin, second.file.origin);
});

test("the same directory is the same origin at the next start", async (t) => {
  const data = await dataDirectory(t);
  const before = await opened(t, findHome(data, "eu", unused));
  await before.file.level.close();
  const after = await opened(t, findHome(data, "eu", unused));
  t.is(after.file.origin, before.file.origin);
  t.false(after.file.isCopy);
});

test("[OS3] [R8] [R9] a copied directory is known as a copy until it has a new origin", async (t) => {
  const data = await dataDirectory(t);
  const before = await opened(t, findHome(data, "eu", unused));
  await before.file.level.close();
  await cp(join(data, "regions", "eu"), join(data, "regions", "twin"), { recursive: true });
  for (const attempt of [1, 2]) {
    const twin = await opened(t, findHome(data, "twin", unused));
    t.true(twin.file.isCopy, `at start ${attempt}`);
    t.is(twin.file.origin, before.file.origin);
    if (attempt === 2) await twin.file.level.put("origin", "n".repeat(26));
    await twin.file.level.close();
  }
  const renewed = await opened(t, findHome(data, "twin", unused));
  t.false(renewed.file.isCopy);
  t.is(String(renewed.file.origin), "n".repeat(26));
});

test("a name asked for that a running process has is refused", async (t) => {
  const data = await dataDirectory(t);
  await opened(t, findHome(data, "eu", unused));
  t.deepEqual(await findHome(data, "eu", unused), { type: "taken", directory: join(data, "regions", "eu") });
});

test("where nothing can be written the region is homeless, with an origin of its own and the reason", async (t) => {
  const data = await dataDirectory(t);
  await mkdir(data, { recursive: true });
  await writeFile(join(data, "regions"), "a file where a directory should be");
  const home = await findHome(data, undefined, unused);
  if (home.type !== "homeless") return t.fail(home.type);
  t.is(home.name, "region-1");
  t.true(isOrigin(home.origin));
  t.regex(home.reason, /EEXIST|ENOTDIR/);
});

test("an epoch is 8 base32hex digits, another one each time", (t) => {
  t.regex(randomEpoch(), /^[0-9a-v]{8}$/);
  t.not(randomEpoch(), randomEpoch());
});

async function dataDirectory(t: ExecutionContext): Promise<string> {
  const directory = await temporaryDirectory();
  t.teardown(() => directory.remove());
  return join(directory.path, "data");
}

async function opened(t: ExecutionContext, home: Promise<Home>): Promise<Extract<Home, { type: "home" }>> {
  const found = await home;
  if (found.type !== "home") throw new Error(`the home is ${found.type}`);
  t.teardown(() => found.file.level.close());
  return found;
}
