import test from "ava";
import { openChat } from "../process/chat-under-test.ts";
import { RegionProcess } from "../process/chat-processes.ts";
import { Author, regionsOf } from "../process/client.ts";
import { until } from "../process/until.ts";
import { ask, connectRaw } from "../server/client.ts";

const WRONG = "planted-secret";

/** Loaded before a region: tells of every connection it opens. */
const WATCH = `
  import { subscribe } from "node:diagnostics_channel";
  subscribe("net.client.socket", ({ socket }) => {
    socket.once("connect", () => console.error("outgoing to " + socket.remoteAddress + ":" + socket.remotePort));
  });`;
const WATCHED = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(WATCH)}` };

/** A secret in every shape in which it might slip out. */
function shapesOf(user: string, password: string): readonly string[] {
  const account = `${user}:${password}`;
  return [
    password,
    encodeURIComponent(password),
    Buffer.from(account).toString("base64"),
    Buffer.from(account).toString("hex"),
  ];
}

/** Everything a region answers to somebody who tries all its doors, and some walls. */
async function knock(url: string): Promise<string> {
  const answers: string[] = [];
  for (const path of [
    "/",
    "/livez",
    "/readyz",
    "/metrics",
    "/api/v1/regions",
    "/api/v1/sync?rooms=lobby&timeout=0",
    "/api/v1/rooms/lobby/messages",
    "/api/v1/rooms/%00/messages",
    "/.env",
    "/api/v1/../../proc/self/environ",
  ]) {
    const { text, headers } = await ask(url + path);
    answers.push(text, JSON.stringify(headers));
  }
  const raw = connectRaw(Number(new URL(url).port));
  raw.socket.write("nonsense\r\n\r\n");
  answers.push(await raw.ended);
  return answers.join("\n");
}

test.serial(
  "[A24] the store's password is in nothing a region prints, logs or answers, whatever goes wrong",
  async (t) => {
    const chat = await openChat(t);
    const { username, password } = new URL(chat.store.url);
    const wrongUrl = new URL(chat.cable.urlFor(chat.store.url));
    wrongUrl.password = WRONG;
    const us = await chat.region("us", { METRICS_PORT: "0" });
    const refused = await chat.region("eu", { COUCHDB_URL: wrongUrl.href });
    const heard: string[] = [];
    await until(async () => (await regionsOf(refused.url)).store.state === "refused");
    for (const region of [us, refused]) heard.push(await knock(region.url));
    const [numbers = ""] = /http:\/\/[^"]+\/metrics/.exec(us.output) ?? [];
    heard.push((await ask(numbers)).text);

    const ana = await Author.join(us.url, "Ana");
    await ana.post(us.url, "lobby", "hello");
    chat.cable.cut();
    await until(async () => (await regionsOf(us.url)).store.state === "away");
    heard.push(await knock(us.url));
    chat.cable.mend();
    await chat.store.kill();
    await ana.post(us.url, "lobby", "hello again");
    heard.push(await knock(us.url));
    for (const url of [
      `ftp://root:${WRONG}@127.0.0.1`,
      `http://root:${WRONG}@[::1`,
      `http://root:${WRONG}@127.0.0.1/?a=b`,
    ]) {
      const failure = await t.throwsAsync(RegionProcess.start("af", { COUCHDB_URL: url }));
      t.regex(failure?.message ?? "", /COUCHDB_URL is not the address of a CouchDB/);
      heard.push(failure?.message ?? "");
    }
    heard.push(us.output, refused.output);
    t.regex(us.output, /"event":"store"/);
    for (const secret of [...shapesOf(username, password), ...shapesOf(username, WRONG)])
      for (const [place, text] of heard.entries()) t.false(text.includes(secret), `${place}: ${secret}`);
  },
);

test.serial(
  "[A20] a region opens connections to its store and to nothing else, whatever addresses it is sent",
  async (t) => {
    const chat = await openChat(t);
    const us = await chat.region("us", WATCHED);
    const elsewhere = "http://127.0.0.1:9/";
    const ana = await Author.join(us.url, elsewhere);
    for (const text of [elsewhere, `<img src="${elsewhere}">`, `[a](${elsewhere})`, `file:///etc/passwd`])
      await ana.post(us.url, "lobby", text);
    await knock(us.url);
    const headers = {
      origin: elsewhere,
      referer: elsewhere,
      "x-forwarded-host": "127.0.0.1:9",
      forwarded: `for=${elsewhere}`,
    };
    await ask(`${us.url}/api/v1/sync?rooms=lobby&timeout=0&url=${elsewhere}`, { headers });
    await us.stop();
    const opened = [...us.output.matchAll(/outgoing to (\S+)/g)].map(([, address]) => address);
    t.true(opened.length > 0);
    t.deepEqual([...new Set(opened)], [`127.0.0.1:${new URL(chat.cable.urlFor(chat.store.url)).port}`]);
  },
);
