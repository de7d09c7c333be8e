import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { openSigningKey } from "../../server/signing-key.ts";

async function scratch(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "settee-key-"));
  t.teardown(() => rm(directory, { recursive: true }));
  return directory;
}

test("a data directory keeps its key, readable by its owner only", async (t) => {
  const directory = join(await scratch(t), "not", "there", "yet");
  const { publicKey } = await openSigningKey(directory);
  t.deepEqual((await openSigningKey(directory)).publicKey, publicKey);
  const { mode } = await stat(join(directory, "signing-key.json"));
  t.is(mode & 0o777, 0o600);
});

test("the public key holds no private part", async (t) => {
  const directory = await scratch(t);
  const { publicKey } = await openSigningKey(directory);
  t.deepEqual(Object.keys(publicKey), ["kty", "crv", "x"]);
  const kept = await readFile(join(directory, "signing-key.json"), "utf8");
  t.true(kept.includes(publicKey.x));
});

test("without a directory every key is a new one", async (t) => {
  const [one, other] = [await openSigningKey(undefined), await openSigningKey(undefined)];
  t.not(one.publicKey.x, other.publicKey.x);
});

test("a damaged key is replaced, and the new one kept", async (t) => {
  const directory = await scratch(t);
  for (const damage of ["", "{", "null", '{"x":"AAAA","d":"AAAA"}', '{"kty":"OKP"}']) {
    await writeFile(join(directory, "signing-key.json"), damage);
    const { publicKey } = await openSigningKey(directory);
    t.deepEqual((await openSigningKey(directory)).publicKey, publicKey, damage);
  }
});
