import { isRecord } from "../../sync/json.ts";
import { arrayField, textField } from "../json.ts";
import type { Security } from "./access.ts";
import { fail, ok, skip, warn, type Finding } from "./finding.ts";
import type { Reply, Visit } from "./visit.ts";

/** Who we are to the server. */
export interface Account {
  readonly name: string;
  readonly roles: readonly unknown[];
  readonly isServerAdmin: boolean;
}

const LOOK = "Look at the server's log, and at the proxy between us if there is one.";
const OWN_ACCOUNT = "Make an account for each region that is a member of the database and nothing else.";

/** `GET /_session`; undefined when we came in as nobody, or the answer is none. */
export function parseSession(reply: Reply): Account | undefined {
  if (reply.type === "silence" || reply.status !== 200 || !isRecord(reply.body)) return undefined;
  const name = textField(reply.body["userCtx"], "name");
  const roles = arrayField(reply.body["userCtx"], "roles") ?? [];
  return name === undefined ? undefined : { name, roles, isServerAdmin: roles.includes("_admin") };
}

/** Why we are nobody to the server: said once, and the account is not tried again. */
export function judgeRefusal(reply: Reply): Finding {
  if (reply.type === "silence") return fail("account", `The server does not answer: ${reply.reason}`, LOOK);
  switch (reply.status) {
    case 401:
      return fail(
        "account",
        "The name or the password in COUCHDB_URL is wrong.",
        "Mend it and wait: CouchDB locks an account out for five minutes after five wrong passwords.",
      );
    case 403:
      return fail(
        "account",
        "The account is locked out after too many wrong passwords.",
        "Stop whatever uses the wrong password and try again in five minutes.",
      );
    case 200:
      return fail(
        "account",
        "The server let us in as nobody.",
        "Write the account into COUCHDB_URL: https://user:password@host.",
      );
    default:
      return fail("account", `The server answers ${reply.status} when asked who we are.`, LOOK);
  }
}

/** What an account may do that only needs to read and write messages. */
export async function* findPowers(
  visit: Visit,
  account: Account,
  security: Security | undefined,
): AsyncGenerator<Finding> {
  const { name, isServerAdmin } = account;
  if (isServerAdmin) {
    yield fail("account", `${name} is an admin of the whole server.`, OWN_ACCOUNT);
    return;
  }
  const isNamedAdmin =
    security !== undefined &&
    (security.admins.names.includes(name) ||
      account.roles.some((role) => security.admins.roles.includes(role)));
  yield judgeAdmin(name, isNamedAdmin ? "admin" : await findAdmin(visit));
  yield judgeUsers(await visit.askAsUs({ path: "_users" }));
}

type Admin = "admin" | "member" | "unknown";

function judgeAdmin(name: string, is: Admin): Finding {
  switch (is) {
    case "admin":
      return fail("account", `${name} is an admin of the database.`, OWN_ACCOUNT);
    case "member":
      return ok("account", `${name} is no admin, neither of the server nor of the database.`);
    case "unknown":
      return skip("account", `Whether ${name} is an admin of the database could not be told.`);
  }
}

/**
 * Tries to write a design document that CouchDB takes from nobody: it looks first whether the account may write one
 * (403), then whether it is one (400). A server that does take it is relieved of it at once.
 */
async function findAdmin(visit: Visit): Promise<Admin> {
  const path = visit.databasePath("/_design/settee-doctor");
  const reply = await visit.askAsUs({ method: "PUT", path, body: { views: "none" } });
  if (reply.type === "silence") return "unknown";
  if (reply.status === 401 || reply.status === 403) return "member";
  const rev = textField(reply.body, "rev");
  if (rev !== undefined) {
    await visit.askAsUs({ method: "DELETE", path: `${path}?rev=${encodeURIComponent(rev)}` });
  }
  const isAdmin = rev !== undefined || textField(reply.body, "error") === "invalid_design_doc";
  return isAdmin ? "admin" : "unknown";
}

function judgeUsers(reply: Reply): Finding {
  if (reply.type === "silence")
    return skip("users", `Whether we may read accounts is not known: ${reply.reason}`);
  switch (reply.status) {
    case 401:
    case 403:
      return ok("users", "The account may not read the other accounts.");
    case 404:
      return ok("users", "The server keeps no accounts in a database.");
    case 200:
      return fail(
        "users",
        "The account may read all accounts of the server.",
        "Leave the members of /_users as they were: server admins only.",
      );
    default:
      return warn("users", `The server answers ${reply.status} when asked for its accounts.`, LOOK);
  }
}
