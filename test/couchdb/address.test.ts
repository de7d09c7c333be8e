import test from "ava";
import { parseAddress } from "../../couchdb/address.ts";

const authorized = (account: string) => `Basic ${Buffer.from(account).toString("base64")}`;

test("the account is taken out of the URL, and its percent signs are decoded", (t) => {
  t.deepEqual(parseAddress("https://re%40gion:p%3Aä%20%25@couch.example:6984", "settee"), {
    type: "address",
    address: {
      url: "https://couch.example:6984/",
      authorization: authorized("re@gion:p:ä %"),
      database: "settee",
    },
  });
});

test("without an account there is no authorization", (t) => {
  const result = parseAddress("http://127.0.0.1:5984", "settee");
  t.is(result.type === "address" ? result.address.authorization : "malformed", undefined);
});

test("a proxy's path prefix is kept, with or without its last slash", (t) => {
  for (const url of ["https://couch.example/db/one", "https://couch.example/db/one/"]) {
    const result = parseAddress(url, "settee");
    t.is(result.type === "address" && result.address.url, "https://couch.example/db/one/");
  }
});

for (const database of ["settee", "a", "region/eu", "a_$()+-/1"]) {
  test(`${database} may be the name of a database`, (t) => {
    t.is(parseAddress("http://127.0.0.1", database).type, "address");
  });
}

for (const database of ["", "Settee", "1st", "_users", "a b", "a?b", "ä", "a".repeat(239)]) {
  test(`"${database.slice(0, 10)}" (${database.length} characters) may not`, (t) => {
    t.is(parseAddress("http://127.0.0.1", database).type, "malformed");
  });
}

const malformed = {
  "couch.example:5984": "http://",
  "ftp://planted:secret@couch.example": "http://",
  "planted secret": "must be a URL",
  "https://planted:secret@": "must be a URL",
  "https://planted:secret@couch.example/?q=1": "no ?query",
  "https://planted:secret@couch.example/#x": "no #fragment",
  "https://planted:secret%@couch.example": "%25",
};
for (const [url, remedy] of Object.entries(malformed)) {
  test(`[A24] the remedy for ${url} is named, and repeats nothing of it`, (t) => {
    const result = parseAddress(url, "settee");
    if (result.type === "address") return t.fail();
    t.true(result.remedy.includes(remedy), result.remedy);
    t.notRegex(result.remedy, /planted|secret/);
    return undefined;
  });
}
