import { existsSync, readdirSync, readFileSync } from "node:fs";
import test from "ava";
import { connectRaw } from "./client.ts";
import { openTestDoors } from "./test-doors.ts";

const VECTORS = "../shared/data/corpora/llhttp-http-vectors/test/request";

async function send(port: number, bytes: string): Promise<readonly string[]> {
  const raw = connectRaw(port);
  raw.socket.end(Buffer.from(bytes, "latin1"));
  return [...(await raw.ended).matchAll(/HTTP\/1.1 ([0-9]{3}) /g)].map(([, status = ""]) => status);
}

const BODY = '{"name":"Ada"}';
const POST = `POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;

const PROBES: readonly (readonly [name: string, bytes: string, statuses: readonly string[]])[] = [
  ["a plain request", "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", ["200"]],
  ["two Hosts", "GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", ["400"]],
  ["two equal Hosts", "GET /livez HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n", ["400"]],
  ["two Hosts in HTTP/1.0", "GET /livez HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", ["400"]],
  ["no Host", "GET /livez HTTP/1.1\r\n\r\n", ["400"]],
  ["no Host in HTTP/1.0", "GET /livez HTTP/1.0\r\n\r\n", ["200"]],
  [
    "after two Hosts nothing is read",
    "GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n",
    ["400"],
  ],
  [
    "length and chunks",
    `${POST}Content-Length: ${BODY.length}\r\nTransfer-Encoding: chunked\r\n\r\n${BODY}`,
    ["400"],
  ],
  ["two lengths", `${POST}Content-Length: ${BODY.length}\r\nContent-Length: 1\r\n\r\n${BODY}`, ["400"]],
  ["a signed length", `${POST}Content-Length: +${BODY.length}\r\n\r\n${BODY}`, ["400"]],
  ["chunked not last", `${POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`, ["400"]],
  ["chunked disguised", `${POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, ["400"]],
  ["a space before the colon", "GET /livez HTTP/1.1\r\nHost : x\r\n\r\n", ["400"]],
  ["a bare LF in a header", "GET /livez HTTP/1.1\r\nHost: x\r\nX: a\nb\r\n\r\n", ["400"]],
  ["a NUL in a header", "GET /livez HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", ["400"]],
  ["HTTP/0.9", "GET /livez\r\n\r\n", ["400"]],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ["400"]],
  ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", ["400"]],
];

for (const [name, bytes, statuses] of PROBES) {
  test(`[A11] ${name}: ${statuses.join(", ")}`, async (t) => {
    const { port } = await openTestDoors(t);
    t.deepEqual(await send(port, bytes), statuses);
  });
}

function get(path: string, more = ""): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
}

test("[A11] requests sent in a row are answered in a row, and none after Connection: close", async (t) => {
  const { port } = await openTestDoors(t);
  const raw = connectRaw(port);
  raw.socket.write(get("/livez") + get("/nowhere") + get("/readyz", "Connection: close\r\n") + get("/livez"));
  const statuses = [...(await raw.ended).matchAll(/HTTP\/1.1 ([0-9]{3}) /g)].map(([, status]) => status);
  t.deepEqual(statuses, ["200", "404", "200"]);
});

/** The requests of one page of vectors, as its own tool reads them: every line ends in CRLF, escapes are undone. */
function requestsOf(page: string): readonly string[] {
  return [...page.matchAll(/```http\n([\s\S]*?)\n```/g)].map(([, block = ""]) =>
    block
      .replaceAll("\n", "\r\n")
      .replaceAll("\\r\r\n", "\\r")
      .replaceAll("\\n\r\n", "\\n")
      .replaceAll(/\\\r\n/g, "")
      .replaceAll("\\r", "\r")
      .replaceAll("\\n", "\n")
      .replaceAll("\\t", "\t")
      .replaceAll("\\f", "\f")
      .replaceAll(/\\x([0-9a-f]{2})/gi, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 16)),
      ),
  );
}

(existsSync(VECTORS) ? test : test.skip)(
  "[A11] every request of llhttp's vectors gets answers or a close, and never a 5xx (skipped without the corpora)",
  async (t) => {
    const { port, chat } = await openTestDoors(t);
    let count = 0;
    for (const name of readdirSync(VECTORS)) {
      for (const bytes of requestsOf(readFileSync(`${VECTORS}/${name}`, "utf8"))) {
        const statuses = await send(port, bytes);
        const heads = bytes.match(/ HTTP\/[0-9]/g)?.length ?? 0;
        t.true(statuses.length <= heads + 1, bytes);
        t.true(
          statuses.every((status) => status < "500"),
          bytes,
        );
        // What could not be read ends the connection: nothing is answered after it.
        t.true(!statuses.slice(0, -1).includes("400"), `${bytes} → ${statuses.join(" ")}`);
        count++;
      }
    }
    t.true(count > 100, `${count} vectors`);
    t.deepEqual(chat.messages, []);
  },
);
