import test from "ava";
import { connectionWords, countdownWords } from "../../../public/shown/connection-words.ts";

const live = { connection: { type: "live" }, region: "us", waiting: 0 } as const;

test("[I8] live is said when the region answers and has the store, by feed or by poll", (t) => {
  t.is(connectionWords({ ...live, store: undefined }).text, "Live");
  t.is(connectionWords({ ...live, store: { state: "live", waiting: 0 } }).text, "Live");
  t.is(connectionWords({ ...live, store: { state: "polling", waiting: 3 } }).text, "Live");
});

test("[I8] while the store is away it says what is late, what is safe, and how much waits", (t) => {
  const { tone, text } = connectionWords({ ...live, store: { state: "away", waiting: 3 } });
  t.is(tone, "late");
  t.is(text, "The store is away: messages from other regions may be late; yours are safe here, 3 waiting.");
  t.is(connectionWords({ ...live, store: { state: "refused", waiting: 0 } }).tone, "late");
  t.is(connectionWords({ ...live, store: { state: "missing", waiting: 0 } }).tone, "late");
});

test("[I8] without an answer it says so, whatever was known of the store before, and what waits to be sent", (t) => {
  const store = { state: "live", waiting: 0 } as const;
  const connection = { type: "offline", retryAt: 5000 } as const;
  t.deepEqual(connectionWords({ connection, store, region: "us", waiting: 2 }), {
    tone: "off",
    text: "us does not answer. 2 messages wait to be sent. Reconnecting",
    retryAt: 5000,
  });
  t.is(countdownWords(5000, 2001), " in 3 s");
  t.is(countdownWords(5000, 5000), " now");
});
