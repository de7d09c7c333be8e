import type { ExecutionContext } from "ava";
import { parseAddress } from "../../../couchdb/address.ts";
import { examine } from "../../../couchdb/doctor/examine.ts";
import type { Finding } from "../../../couchdb/doctor/finding.ts";
import { answer, scriptedServer, type ScriptedServer } from "../scripted-server.ts";

export const SECRET = "planted secret";

/** Who asks what, and what a server that is set up well answers to a region's own account. */
export const SOUND = {
  "nobody GET /": [200, { couchdb: "Welcome", version: "3.5.2", vendor: { name: "Apache" } }],
  "us GET /_session": [200, { ok: true, userCtx: { name: "region", roles: [] } }],
  "nobody GET /settee": [401, { error: "unauthorized", reason: "You are not authorized." }],
  "us GET /_up": [200, { status: "ok", seeds: {} }],
  "us GET /settee": [200, { db_name: "settee", update_seq: "0-x" }],
  "us GET /settee/_security": [200, { members: { names: ["region"], roles: [] }, admins: {} }],
  "us PUT /settee/_design/settee-doctor": [403, { error: "forbidden", reason: "You are not an admin." }],
  "us GET /_users": [403, { error: "forbidden", reason: "You are not allowed to access this db." }],
  "us GET /_node/_local/_config/couchdb/max_document_size": [401, { error: "unauthorized" }],
} as const;

export type Answers = Readonly<Record<string, readonly [status: number, body: unknown]>>;

export interface Examined {
  readonly findings: readonly Finding[];
  /** What was asked, in order: who, method and path. */
  readonly asked: readonly string[];
}

/** Examines a sound server on which some answers are others. */
export async function examined(t: ExecutionContext, changes: Answers = {}): Promise<Examined> {
  const server = await scriptedCouch(t, changes);
  const result = parseAddress(urlOf(server), "settee");
  if (result.type === "malformed") throw new Error(result.remedy);
  const findings: Finding[] = [];
  for await (const finding of examine(result.address)) findings.push(finding);
  return { findings, asked: server.asked.map(questionOf) };
}

export function scriptedCouch(t: ExecutionContext, changes: Answers = {}): Promise<ScriptedServer> {
  const answers: Answers = { ...SOUND, ...changes };
  return scriptedServer(t, (asked, socket) => {
    const [status, body] = answers[questionOf(asked)] ?? [404, { error: "not_found", reason: "missing" }];
    socket.write(answer(status, body, { Date: new Date().toUTCString() }));
  });
}

export function urlOf(server: ScriptedServer): string {
  return `http://region:${encodeURIComponent(SECRET)}@127.0.0.1:${server.port}`;
}

function questionOf({ method, path, head }: { method: string; path: string; head: string }): string {
  const who = /^authorization: /im.test(head) ? "us" : "nobody";
  return `${who} ${method} ${path}`;
}
