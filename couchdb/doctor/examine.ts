import type { Address } from "../address.ts";
import { findAnonymousAccess, judgeMembers, parseSecurity, type Security } from "./access.ts";
import { findPowers, judgeRefusal, parseSession, type Account } from "./account.ts";
import { judgeClock } from "./clock.ts";
import { fail, ok, skip, warn, type Finding } from "./finding.ts";
import { findLimits } from "./limits.ts";
import { findPorts, judgeTransport } from "./transport.ts";
import { judgeWelcome, parseWelcome } from "./version.ts";
import { Visit, type Reply } from "./visit.ts";

const DEADLINE_MS = 5000;

/**
 * Looks at a store before people rely on it: one finding after the other, as they are made. Writes nothing that
 * stays, and tries the account once when it is refused.
 */
export async function* examine(address: Address, deadlineMs = DEADLINE_MS): AsyncGenerator<Finding> {
  const visit = new Visit(address, deadlineMs);
  try {
    yield* findAll(visit);
  } finally {
    await visit.end();
  }
}

async function* findAll(visit: Visit): AsyncGenerator<Finding> {
  yield judgeTransport(visit.address);
  const askedMs = Date.now();
  const first = await visit.askAsNobody({ path: "" });
  const answeredMs = Date.now();
  if (first.type === "silence") {
    const remedy = "Is CouchDB running, are host and port right, and does a firewall let us through?";
    yield fail("server", `No answer: ${first.reason}`, remedy);
    return;
  }
  // A stranger is not shown the account. With `require_valid_user` it is CouchDB that says 401 to nobody.
  const isShy = first.status === 401;
  if (!isShy && parseWelcome(first.body).type === "stranger") {
    yield fail("server", "What answers is no CouchDB.", "Look at host, port and path of COUCHDB_URL.");
    return;
  }
  const session = await visit.askAsUs({ path: "_session" });
  const account = parseSession(session);
  const greeting = isShy && account !== undefined ? await visit.askAsUs({ path: "" }) : first;
  const welcome = parseWelcome(greeting.type === "replied" ? greeting.body : undefined);
  yield judgeWelcome(welcome);
  yield judgeClock(first.date, askedMs, answeredMs);
  yield await findAnonymousAccess(visit);
  if (account === undefined) {
    yield judgeRefusal(session);
    return;
  }
  yield judgeReadiness(await visit.askAsUs({ path: "_up" }));
  const security = yield* findDatabase(visit, account);
  if (welcome.type === "embedded") {
    yield ok("account", "There is one account, and it may do everything.");
    return;
  }
  yield* findPowers(visit, account, security);
  yield* findLimits(visit, account);
  yield await findPorts(visit.address);
}

function judgeReadiness(reply: Reply): Finding {
  const remedy = "Look whether it is in maintenance mode, and whether all of its nodes are up.";
  if (reply.type === "silence") return fail("up", `No answer to /_up: ${reply.reason}`, remedy);
  return reply.status === 200
    ? ok("up", "The server says that it is ready.")
    : fail("up", `The server says that it is not ready (${reply.status}).`, remedy);
}

/** Returns who the database is for, when it is there. */
async function* findDatabase(visit: Visit, account: Account): AsyncGenerator<Finding, Security | undefined> {
  const { database } = visit.address;
  const reply = await visit.askAsUs({ path: visit.databasePath() });
  if (reply.type === "silence") {
    yield skip("database", `No answer: ${reply.reason}`);
    return undefined;
  }
  switch (reply.status) {
    case 200: {
      yield ok("database", `${database} is there, and ${account.name} may use it.`);
      const security = parseSecurity(await visit.askAsUs({ path: visit.databasePath("/_security") }));
      yield judgeMembers(security, database);
      return security;
    }
    case 401:
    case 403:
      yield fail(
        "database",
        `${account.name} is no member of ${database}.`,
        `As an admin, put ${account.name} into members.names of /${database}/_security.`,
      );
      return undefined;
    case 404:
      yield account.isServerAdmin
        ? warn(
            "database",
            `There is no ${database} yet.`,
            "The first region makes it. Look again after that.",
          )
        : fail(
            "database",
            `There is no ${database}, and ${account.name} may not make it.`,
            `As an admin, PUT /${database} and then /${database}/_security with the regions' accounts.`,
          );
      return undefined;
    default:
      yield fail("database", `${database} is answered with ${reply.status}.`, "Look at the server's log.");
      return undefined;
  }
}
