import test from "ava";
import { connectionWords, countdownWords } from "../../../public/shown/connection-words.ts";
import { english } from "../../../public/words/english.ts";

const live = { connection: { type: "live" }, region: "us", waiting: 0, lags: [] } as const;

test("[I8] live is said when the region answers and has the store, by feed or by poll", (t) => {
  t.is(connectionWords({ ...live, store: undefined }, english).text, "Live");
  t.is(connectionWords({ ...live, store: { state: "live", waiting: 0 } }, english).text, "Live");
  t.is(connectionWords({ ...live, store: { state: "polling", waiting: 3 } }, english).text, "Live");
});

test("[I8] while the store is away it says what is late, what is safe, and how much waits", (t) => {
  const { tone, text } = connectionWords({ ...live, store: { state: "away", waiting: 3 } }, english);
  t.is(tone, "late");
  t.is(text, "The store is away: messages from other regions may be late; yours are safe here, 3 waiting.");
  t.is(connectionWords({ ...live, store: { state: "refused", waiting: 0 } }, english).tone, "late");
  t.is(connectionWords({ ...live, store: { state: "missing", waiting: 0 } }, english).tone, "late");
});

test("[I8] without an answer it says so, whatever was known of the store before, and what waits to be sent", (t) => {
  const store = { state: "live", waiting: 0 } as const;
  const connection = { type: "offline", retryAt: 5000 } as const;
  t.deepEqual(connectionWords({ connection, store, region: "us", waiting: 2, lags: [] }, english), {
    tone: "off",
    text: "us does not answer. 2 messages wait to be sent.",
    retryAt: 5000,
  });
  t.is(countdownWords(5000, 2001, english), "Next try in 3 s");
  t.is(countdownWords(5000, 5000, english), "Trying now");
});

test("[I8] what ours should have by now and has not is said, with the region it is from", (t) => {
  const lags = [
    { region: "eu", messages: 1 },
    { region: "ap", messages: 7 },
  ];
  t.deepEqual(connectionWords({ ...live, lags, store: { state: "live", waiting: 0 } }, english), {
    tone: "late",
    text: "Behind: 7 messages from ap are not here yet",
  });
  t.regex(
    connectionWords({ ...live, lags, store: { state: "away", waiting: 0 } }, english).text,
    /store is away/,
  );
});
