import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import test from "ava";
import { DOOR_LIMITS } from "../../server/limits.ts";
import { Sessions } from "../../server/sessions.ts";
import { openSigningKey, type SigningKeyPair } from "../../server/signing-key.ts";
import { ask, code, json, postJson } from "./client.ts";
import { TestClock } from "./test-clock.ts";
import { midOf, openTestDoors, ORIGIN } from "./test-doors.ts";

const OTHER_ORIGIN = "zyxwv00000000000000000000a".slice(0, 26);

async function openTestSessions() {
  const [ours, theirs] = [await openSigningKey(undefined), await openSigningKey(undefined)];
  const clock = new TestClock();
  const known = new Map([[OTHER_ORIGIN, theirs.publicKey]]);
  const common = { clock, limits: DOOR_LIMITS };
  const foreignKey = (origin: string) => known.get(origin);
  const here = new Sessions({ ...common, signingKey: ours, origin: ORIGIN, foreignKey });
  const elsewhere = new Sessions({ ...common, signingKey: theirs, origin: OTHER_ORIGIN, foreignKey });
  return { here, elsewhere, clock, known, ours };
}

/** A token made by hand: whatever header and claims, signed with whatever key. */
function forge(header: object, claims: object, key: SigningKeyPair["privateKey"] | "none"): string {
  const head = `${part(header)}.${part(claims)}`;
  const signature = key === "none" ? "" : sign(null, Buffer.from(head), key).toString("base64url");
  return `Bearer ${head}.${signature}`;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

test("[A17] a session is known by its token for 30 days and not a second longer", async (t) => {
  const { here, clock } = await openTestSessions();
  const { token, session } = await here.issue("Ada");
  t.regex(session, /^[A-Za-z0-9_-]{22}$/);
  t.deepEqual(await here.verify(`Bearer ${token}`), { type: "session", session, name: "Ada" });
  clock.pass(30 * 24 * 60 * 60 - 1);
  t.like(await here.verify(`Bearer ${token}`), { type: "session" });
  clock.pass(1);
  t.like(await here.verify(`Bearer ${token}`), { code: "expired-token" });
});

test("a token of another region is good once its beacon was seen", async (t) => {
  const { here, elsewhere, known } = await openTestSessions();
  const { token, session } = await elsewhere.issue("Grace");
  known.delete(OTHER_ORIGIN);
  t.like(await here.verify(`Bearer ${token}`), { code: "unknown-issuer" });
  known.set(OTHER_ORIGIN, (await openSigningKey(undefined)).publicKey);
  t.like(await here.verify(`Bearer ${token}`), { code: "invalid-token" });
  const again = await openTestSessions();
  const { token: good, session: theirs } = await again.elsewhere.issue("Grace");
  t.deepEqual(await again.here.verify(`Bearer ${good}`), { type: "session", session: theirs, name: "Grace" });
  t.not(session, theirs);
});

test("[A17] a token that is not ours to the last bit is refused", async (t) => {
  const { here, ours, clock } = await openTestSessions();
  const { token } = await here.issue("Ada");
  const [head = "", claims = "", signature = ""] = token.split(".");
  for (let place = 0; place < signature.length - 1; place += 7) {
    const flipped = signature[place] === "A" ? "B" : "A";
    const forged = `${signature.slice(0, place)}${flipped}${signature.slice(place + 1)}`;
    t.like(await here.verify(`Bearer ${head}.${claims}.${forged}`), { code: "invalid-token" }, forged);
  }
  const now = Math.floor(clock.now() / 1000);
  const good = { sub: "A".repeat(22), name: "Ada", iss: "settee", iat: now, exp: now + 60 };
  const header = { alg: "EdDSA", kid: ORIGIN };
  t.like(await here.verify(forge(header, good, ours.privateKey)), { type: "session" });
  const stranger = generateKeyPairSync("ed25519").privateKey;
  const forgeries = [
    forge(header, good, stranger),
    forge({ ...header, alg: "none" }, good, "none"),
    forge({ alg: "EdDSA" }, good, ours.privateKey),
    forge({ ...header, crit: ["x"], x: 1 }, good, ours.privateKey),
    forge(header, { ...good, iss: "other" }, ours.privateKey),
    forge(header, { ...good, sub: "../admin" }, ours.privateKey),
    forge(header, { ...good, name: "a\nb" }, ours.privateKey),
    forge(header, { ...good, name: 7 }, ours.privateKey),
    forge(header, { ...good, exp: undefined }, ours.privateKey),
    `Bearer ${"a".repeat(DOOR_LIMITS.tokenBytes + 1)}`,
    "Bearer a.b",
  ];
  for (const forged of forgeries) t.like(await here.verify(forged), { code: "invalid-token" }, forged);
  const body = `${part({ ...header, alg: "HS256" })}.${part(good)}`;
  const mac = createHmac("sha256", ours.publicKey.x).update(body).digest("base64url");
  t.like(await here.verify(`Bearer ${body}.${mac}`), { code: "invalid-token" });
});

test("without a bearer token nobody is known", async (t) => {
  const { here } = await openTestSessions();
  for (const header of [undefined, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b"]) {
    t.like(await here.verify(header), { code: "no-token" });
  }
});

test("a session is made for any name that can be shown, in its NFKC form", async (t) => {
  const { url } = await openTestDoors(t);
  const names = [
    ["Ada", "Ada"],
    ["  Ada Lovelace ", "Ada Lovelace"],
    ["Ａｄａ", "Ada"],
    ["é".normalize("NFD"), "é"],
    ["👩‍🚀", "👩‍🚀"],
    ["x".repeat(64), "x".repeat(64)],
    ["😀".repeat(64), "😀".repeat(64)],
  ];
  for (const [given, name] of names) {
    const answer = await postJson(`${url}/api/v1/sessions`, { name: given });
    t.is(answer.status, 201, given);
    t.like(json(answer), {
      name,
      region: "test",
      regions: [],
      limits: { textCodePoints: 4000, nameCodePoints: 64, roomsPerReader: 100 },
    });
  }
});

test("[A7] [A13] a name that is empty, too long, ill-formed or holds controls is refused by name of the field", async (t) => {
  const { url } = await openTestDoors(t);
  const names = [
    "",
    "   ",
    "x".repeat(65),
    "😀".repeat(65),
    "\ufdfa".repeat(10),
    "a\nb",
    "a\tb",
    "a\u0000",
    "a\u009b",
    "\ud800",
    7,
    null,
    ["Ada"],
    undefined,
  ];
  for (const name of names) {
    const answer = await postJson(`${url}/api/v1/sessions`, { name });
    t.is(answer.status, 422, JSON.stringify(name));
    t.like(json(answer), { code: "invalid-field", field: "name" });
  }
});

test("each problem with a token has its code, its remedy and WWW-Authenticate", async (t) => {
  const doors = await openTestDoors(t);
  const fields = { mid: midOf(1), text: "hello" };
  const token = await doors.signIn();
  const stranger = new Sessions({
    signingKey: await openSigningKey(undefined),
    origin: OTHER_ORIGIN,
    foreignKey: () => undefined,
    clock: doors.clock,
    limits: DOOR_LIMITS,
  });
  const { token: foreign } = await stranger.issue("Eve");
  const cases = [
    [{}, "no-token"],
    [{ authorization: "Bearer nonsense" }, "invalid-token"],
    [{ authorization: `Bearer ${foreign}` }, "unknown-issuer"],
  ] as const;
  for (const [headers, expected] of cases) {
    const answer = await doors.post("lobby", fields, headers);
    t.is(answer.status, 401);
    t.is(code(answer), expected);
    t.regex(String(json(answer)["detail"]), /sessions/);
    t.regex(String(answer.headers["www-authenticate"]), /^Bearer/);
  }
  doors.clock.pass(31 * 24 * 60 * 60);
  t.is(code(await doors.post("lobby", fields, token)), "expired-token");
  t.deepEqual(doors.chat.messages, []);
});

test("reading needs no token", async (t) => {
  const { url } = await openTestDoors(t);
  for (const path of ["rooms/lobby/messages", "sync?rooms=lobby", "regions"]) {
    t.is((await ask(`${url}/api/v1/${path}`)).status, 200, path);
  }
});
