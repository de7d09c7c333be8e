import { isRecord } from "../../sync/json.ts";
import { VENDOR } from "../embedded/vendor.ts";
import { textField } from "../json.ts";
import { fail, ok, skip, warn, type Finding } from "./finding.ts";

export type Welcome =
  | { readonly type: "couchdb"; readonly version: string }
  | { readonly type: "embedded" }
  | { readonly type: "stranger" };

/** What `GET /` answers: CouchDB says its version to everybody, unless it was told to ask for an account first. */
export function parseWelcome(body: unknown): Welcome {
  const version = textField(body, "version");
  if (textField(body, "couchdb") === undefined || version === undefined) return { type: "stranger" };
  const vendor = isRecord(body) ? textField(body["vendor"], "name") : undefined;
  return vendor === VENDOR ? { type: "embedded" } : { type: "couchdb", version };
}

export function judgeWelcome(welcome: Welcome): Finding {
  switch (welcome.type) {
    case "couchdb":
      return judgeVersion(welcome.version);
    case "embedded":
      return ok(
        "version",
        "The embedded CouchDB, for this machine alone; other machines need CouchDB itself.",
      );
    case "stranger":
      return skip("version", "The server does not say which version it is.");
  }
}

/** Major, minor, patch as one number, so that versions compare. */
type Release = number;

const release = (major: number, minor: number, patch: number): Release =>
  (major * 1000 + minor) * 1000 + patch;

/** Holes that were closed since 2017, each with the releases it is in: from the first one up to before the second. */
const HOLES: readonly [name: string, what: string, from: Release, before: Release][] = [
  ["CVE-2017-12635", "anybody may become admin", 0, release(2, 1, 1)],
  ["CVE-2017-12636", "an admin may run programs", 0, release(2, 1, 1)],
  ["CVE-2018-8007", "an admin may run programs", 0, release(2, 1, 2)],
  ["CVE-2018-11769", "an admin may run programs", 0, release(2, 2, 0)],
  ["CVE-2018-17188", "an admin may run programs", 0, release(2, 3, 0)],
  ["CVE-2020-1955", "a setting lets everybody in", release(3, 0, 0), release(3, 0, 1)],
  ["CVE-2021-38295", "an attachment runs in the admin's browser", 0, release(3, 1, 2)],
  ["CVE-2022-24706", "everybody on the network may become admin", 0, release(3, 2, 2)],
  ["CVE-2023-26268", "design documents of two databases share memory", 0, release(3, 2, 3)],
  ["CVE-2023-26268", "design documents of two databases share memory", release(3, 3, 0), release(3, 3, 2)],
  ["CVE-2023-45725", "design documents may read passwords", 0, release(3, 3, 3)],
];

const FLOOR = release(3, 3, 3);
/** What Settee was measured and recorded with. */
const ADVISED = release(3, 5, 0);
const VERSION = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})/;
const REMEDY = "Install the newest CouchDB 3.5.";

function judgeVersion(version: string): Finding {
  const parts = VERSION.exec(version);
  if (parts === null) return warn("version", `The server calls its version ${version}.`, REMEDY);
  const running = release(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  const holes = HOLES.filter(([, , from, before]) => running >= from && running < before);
  if (running < FLOOR) {
    const told = holes.map(([name, what]) => `${name} (${what})`).join(", ");
    return fail("version", `CouchDB ${version} has known holes: ${told}.`, REMEDY);
  }
  return running < ADVISED
    ? warn("version", `CouchDB ${version} is older than the 3.5 that Settee is tested with.`, REMEDY)
    : ok("version", `CouchDB ${version}.`);
}
