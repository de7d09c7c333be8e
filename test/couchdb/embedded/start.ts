import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { startEmbeddedCouch, type EmbeddedCouch } from "../../../couchdb/embedded/server.ts";

/** An embedded CouchDB on a free port, stopped when the test ends. */
export async function startCouch(t: ExecutionContext, directory: string): Promise<EmbeddedCouch> {
  const couch = await startEmbeddedCouch({ directory, port: 0, fetchFauxton: false });
  if (couch.type !== "started") throw new Error(`the embedded CouchDB did not start: ${couch.type}`);
  t.teardown(() => couch.stop());
  return couch;
}

export async function temporaryDirectory(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "settee-couch-"));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Asks as the admin; answers with the status and the parsed body. */
export async function ask(
  couch: { readonly url: string; readonly password: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(couch.url + path, {
    method,
    headers: { authorization: basic(couch.password), "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
}

export function basic(password: string): string {
  return `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
}
