/** Where the store is, with its account taken out of the URL: `url` may be logged, `authorization` may not. */
export interface Address {
  /** The server's root, a proxy's path prefix included, without account, ending in `/`. */
  readonly url: string;
  /** The value of the Authorization header, when the URL named an account. */
  readonly authorization: string | undefined;
  readonly database: string;
}

export type AddressResult =
  | { readonly type: "address"; readonly address: Address }
  | { readonly type: "malformed"; readonly remedy: string };

/** CouchDB's own rule for the name of a database, its length limit included. */
const DATABASE = /^[a-z][a-z0-9_$()+/-]{0,237}$/;
const EXAMPLE = "like https://user:password@couch.example:6984";

/** Reads `COUCHDB_URL`. No remedy repeats what was given: it may hold a password. */
export function parseAddress(text: string, database: string): AddressResult {
  if (!DATABASE.test(database)) {
    return malformed("the database's name must begin with a-z and go on with a-z, 0-9 and any of _$()+/-");
  }
  if (!URL.canParse(text)) return malformed(`COUCHDB_URL must be a URL ${EXAMPLE}`);
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return malformed(`COUCHDB_URL must begin with http:// or https://, ${EXAMPLE}`);
  }
  if (url.search !== "" || url.hash !== "") {
    return malformed(`COUCHDB_URL must end with the path: no ?query and no #fragment, ${EXAMPLE}`);
  }
  const account = decodeAccount(url);
  if (account === undefined) {
    return malformed("a % in COUCHDB_URL's user or password must be written %25");
  }
  const root = `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, "")}/`;
  const authorization =
    account === ":" ? undefined : `Basic ${Buffer.from(account, "utf8").toString("base64")}`;
  return { type: "address", address: { url: root, authorization, database } };
}

function malformed(remedy: string): AddressResult {
  return { type: "malformed", remedy };
}

/** `user:password` with its percent signs decoded, or undefined when one of them encodes nothing. */
function decodeAccount(url: URL): string | undefined {
  try {
    return `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch {
    return undefined;
  }
}
