import { joined } from "./all-docs.ts";
import { readQuestion, rowText, type Question } from "./changes-question.ts";
import type { Database } from "./engine.ts";
import { HEAD, jsonText, methodNotAllowed, type Bodies, type Exchange, type Reply } from "./exchange.ts";
import { follow, type Follower } from "./feed.ts";
import type { Row } from "./records.ts";
import { formatSeq } from "./sequence.ts";

const PAGE = 500;

/** `/db/_changes`. */
export async function changes(exchange: Exchange, database: Database, bodies: Bodies): Promise<Reply> {
  const { method, request } = exchange;
  if (method !== "GET" && method !== "POST" && method !== "HEAD") return methodNotAllowed("GET,POST,HEAD");
  const typed = request.headers["content-type"] !== undefined;
  const parsed = method === "POST" ? await bodies.json(exchange, { empty: {}, typed }) : { value: {} };
  if ("type" in parsed) return parsed;
  const question = readQuestion(exchange, parsed.value, database);
  if (question.type === "refused") return question;
  if (question.feed === "normal" || method === "HEAD") return jsonText(await normal(database, question));
  serve(exchange, database, question);
  return { type: "streamed" };
}

/** Everything there is at this moment, sent as fast as the client takes it. */
async function normal(database: Database, question: Question): Promise<AsyncIterable<string>> {
  const { updateSeq } = database.counts;
  const start = question.descending ? updateSeq + 1 : question.after;
  const end = { place: start };
  const rows = normalRows(database, question, updateSeq, end);
  // What stands at the end is known when the rows are.
  return (async function* texts() {
    yield* joined('{"results":[\n', rows, "");
    yield `\n],\n"last_seq":"${formatSeq(end.place, database.life)}","pending":${await pendingAfter(database, question, end.place)}}\n`;
  })();
}

async function* normalRows(
  database: Database,
  question: Question,
  upTo: number,
  end: { place: number },
): AsyncGenerator<string[]> {
  let left = question.limit;
  const { descending, includeDocs } = question;
  while (left > 0) {
    const span = descending ? { after: 0, upTo: end.place - 1 } : { after: end.place, upTo };
    const rows = await database.changes({
      ...span,
      limit: Math.min(left, PAGE),
      descending,
      withBodies: includeDocs,
    });
    const last = rows.at(-1);
    if (!last) break;
    const texts: string[] = [];
    for (const row of rows) {
      if (left <= texts.length) break;
      end.place = row.seq;
      const text = textOf(row, database, question);
      if (text !== undefined) texts.push(text);
    }
    left -= texts.length;
    yield texts;
    if (last.seq !== end.place) return;
  }
  if (left > 0 && !descending) end.place = Math.max(end.place, upTo);
}

async function pendingAfter(database: Database, question: Question, place: number): Promise<number> {
  if (!question.descending) return database.pending(place);
  const { live, deleted } = database.counts;
  return live + deleted - (await database.pending(place - 1));
}

function textOf(row: Row, database: Database, question: Question): string | undefined {
  if (question.wanted && !question.wanted(row.id)) return undefined;
  return rowText(row, formatSeq(row.seq, database.life), question);
}

/** A long poll or a continuous feed: the head goes out at once, the rows as they become safe. */
function serve({ response }: Exchange, database: Database, question: Question): void {
  const { limit, heartbeatMs, timeoutMs } = question;
  const isPoll = question.feed === "longpoll";
  const between = isPoll ? ",\r\n" : "\n";
  let place = question.after;
  let sent = 0;
  let follower: Follower | undefined;

  const stop = () => {
    clearInterval(timer);
    follower?.stop();
  };
  const finish = () => {
    stop();
    void endFeed();
  };
  const endFeed = async () => {
    const pending = await database.pending(place).catch(() => 0);
    const open = isPoll ? "\n],\n" : "{";
    response.end(`${open}"last_seq":"${formatSeq(place, database.life)}","pending":${pending}}\n\n`);
  };
  const onTimer = () => {
    if (heartbeatMs === undefined) finish();
    // A client that does not read gets no more lines: they would only pile up.
    else if (!response.writableNeedDrain) response.write("\n");
  };
  const timer = setInterval(onTimer, heartbeatMs ?? timeoutMs);

  response.writeHead(200, { ...HEAD, "content-type": "application/json" });
  response.write(isPoll ? '{"results":[\n' : "");
  response.flushHeaders();
  response.on("close", stop);
  response.on("drain", () => follower?.resume());
  if (limit === 0) {
    finish();
    return;
  }
  follower = follow(database, place, question.includeDocs, {
    rows(rows) {
      const texts: string[] = [];
      for (const row of rows) {
        if (sent + texts.length >= limit) break;
        place = row.seq;
        const text = textOf(row, database, question);
        if (text !== undefined) texts.push(text);
      }
      if (texts.length === 0) return true;
      const text = (isPoll && sent > 0 ? between : "") + texts.join(between) + (isPoll ? "" : "\n");
      sent += texts.length;
      timer.refresh();
      const takesMore = response.write(text);
      if (sent >= limit) finish();
      return takesMore;
    },
    isLive() {
      if (isPoll && sent > 0) finish();
      // Tells that the feed has caught up, and makes the head leave.
      else if (sent === 0) response.write("\n");
    },
    dropped: finish,
  });
}
