import { isRecord } from "../../sync/json.ts";
import { arrayField } from "../json.ts";
import { fail, ok, skip, warn, type Finding } from "./finding.ts";
import type { Reply, Visit } from "./visit.ts";

/** Who may read and write the database at all. Names and roles; both empty: everybody. */
interface Circle {
  readonly names: readonly unknown[];
  readonly roles: readonly unknown[];
}

export interface Security {
  readonly members: Circle;
  readonly admins: Circle;
}

/** `_security`; undefined when the answer is none. Empty lists and absent ones are the same to CouchDB. */
export function parseSecurity(reply: Reply): Security | undefined {
  if (reply.type === "silence" || reply.status !== 200 || !isRecord(reply.body)) return undefined;
  return { members: parseCircle(reply.body["members"]), admins: parseCircle(reply.body["admins"]) };
}

function parseCircle(value: unknown): Circle {
  return { names: arrayField(value, "names") ?? [], roles: arrayField(value, "roles") ?? [] };
}

export function judgeMembers(security: Security | undefined, database: string): Finding {
  if (security === undefined) return skip("members", "The database's _security could not be read.");
  const { names, roles } = security.members;
  if (names.length === 0 && roles.length === 0) {
    return fail(
      "members",
      `${database} has no members, which makes everybody one.`,
      `As an admin, PUT /${database}/_security with the regions' accounts in members.names.`,
    );
  }
  const listed = [...names.map(String), ...roles.map((role) => `everybody with role ${String(role)}`)];
  return ok("members", `The database is for ${listed.join(", ")} only.`);
}

export async function findAnonymousAccess(visit: Visit): Promise<Finding> {
  const { database } = visit.address;
  const reply = await visit.askAsNobody({ path: visit.databasePath() });
  if (reply.type === "silence") return skip("strangers", `No answer without an account: ${reply.reason}`);
  switch (reply.status) {
    case 401:
    case 403:
      return ok("strangers", "Nobody gets in without an account.");
    case 404:
      return skip("strangers", "There is no database yet that a stranger could read.");
    case 200:
      return fail(
        "strangers",
        `Everybody who reaches the server can read ${database} and write to it.`,
        `Name members in /${database}/_security, or set [chttpd] require_valid_user = true.`,
      );
    default:
      return warn(
        "strangers",
        `A stranger is answered ${reply.status}, not 401 or 403.`,
        "Look at the proxy between us and CouchDB.",
      );
  }
}
