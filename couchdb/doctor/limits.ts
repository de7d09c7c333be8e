import type { Account } from "./account.ts";
import { fail, ok, skip, warn, type Finding } from "./finding.ts";
import type { Reply, Visit } from "./visit.ts";

interface Limit {
  readonly section: string;
  readonly name: string;
  /** Where it stands when nobody has set it. */
  readonly defaultBytes: number;
  /** What Settee needs. */
  readonly leastBytes: number;
  /** From here on it protects nobody. */
  readonly mostBytes: number;
  readonly advisedBytes: number;
}

const LIMITS: readonly Limit[] = [
  // A beacon with two hundred long names and a thousand origins is the largest document we write: about 80 kB.
  {
    section: "couchdb",
    name: "max_document_size",
    defaultBytes: 8_000_000,
    leastBytes: 128 * 1024,
    mostBytes: 1_000_000,
    advisedBytes: 256 * 1024,
  },
  // A batch of ours has at most 1 MB; replication between CouchDBs sends several.
  {
    section: "chttpd",
    name: "max_http_request_size",
    defaultBytes: 4 * 1024 ** 3,
    leastBytes: 2 * 1024 ** 2,
    mostBytes: 64 * 1024 ** 2,
    advisedBytes: 16 * 1024 ** 2,
  },
];

/** Only a server admin can read them. */
export async function* findLimits(visit: Visit, account: Account): AsyncGenerator<Finding> {
  for (const limit of LIMITS) {
    const reply = await visit.askAsUs({ path: `_node/_local/_config/${limit.section}/${limit.name}` });
    if (reply.type === "silence") {
      yield skip("limits", `The server's limits could not be read: ${reply.reason}`);
      return;
    }
    const bytes = bytesOf(reply, limit.defaultBytes);
    if (bytes === undefined) {
      const advice = LIMITS.map((each) => `[${each.section}] ${each.name} = ${each.advisedBytes}`).join(", ");
      const text = "The account may not read the server's configuration, which is right.";
      yield skip("limits", text, `An admin sets ${advice}.`);
      return;
    }
    if (!account.isServerAdmin) {
      const remedy = "Find out who lets it: a proxy with an account of its own, perhaps.";
      yield fail("limits", `${account.name} may read the server's configuration.`, remedy);
    }
    yield judgeLimit(limit, bytes);
  }
}

function judgeLimit({ section, name, leastBytes, mostBytes, advisedBytes }: Limit, bytes: number): Finding {
  const remedy = `As an admin, set [${section}] ${name} = ${advisedBytes}.`;
  if (bytes < leastBytes)
    return warn("limits", `${name} is ${bytes.toLocaleString("en")} bytes: too small for a region.`, remedy);
  if (bytes > mostBytes)
    return warn(
      "limits",
      `${name} is ${bytes.toLocaleString("en")} bytes, far more than Settee needs.`,
      remedy,
    );
  return ok("limits", `${name} is ${bytes.toLocaleString("en")} bytes.`);
}

/** A setting is JSON text that holds a number; one that nobody has set is 404. */
function bytesOf(reply: Extract<Reply, { type: "replied" }>, defaultBytes: number): number | undefined {
  if (reply.status === 404) return defaultBytes;
  const text = reply.status === 200 ? reply.body : undefined;
  if (text === "infinity") return Number.POSITIVE_INFINITY;
  return typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
