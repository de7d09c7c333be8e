import { randomBytes } from "node:crypto";
import type { ExecutionContext } from "ava";
import { parseAddress, type Address } from "../../couchdb/address.ts";
import { connect } from "../../couchdb/connect.ts";
import type { Store } from "../../sync/store.ts";
import type { Open, Premises } from "./premises.ts";

/** Databases of random names on one CouchDB, each deleted when its test is over. */
export function httpPremises(url: string): Open {
  return async (t, options) => {
    const address = randomDatabase(url);
    const stores: Store[] = [];
    const another = (): Store => {
      const result = connect({ url, database: address.database });
      if (result.type === "malformed") throw new Error(result.remedy);
      stores.push(result.store);
      return result.store;
    };
    const store = another();
    t.teardown(async () => {
      await Promise.all(stores.map((each) => each.close()));
      await ask(address, "DELETE", "");
    });
    if (options?.prepared !== false) t.is((await store.prepare({ create: true })).type, "prepared");
    const premises: Premises = {
      store,
      another,
      deleteDocument: (id) => deleteDocument(t, address, id),
      deleteDatabase: async () => {
        t.true((await ask(address, "DELETE", "")).ok);
      },
      graft: async (docs) => {
        t.true((await ask(address, "POST", "/_bulk_docs", { new_edits: false, docs })).ok);
      },
      compact: () => compact(t, address),
    };
    return premises;
  };
}

function randomDatabase(url: string): Address {
  const result = parseAddress(url, `settee-test-${randomBytes(8).toString("hex")}`);
  if (result.type === "malformed") throw new Error(result.remedy);
  return result.address;
}

async function deleteDocument(t: ExecutionContext, address: Address, id: string): Promise<void> {
  const path = `/${encodeURIComponent(id)}`;
  const etag = (await ask(address, "GET", path)).headers.get("etag");
  const rev = JSON.parse(etag ?? '""');
  t.true((await ask(address, "DELETE", `${path}?rev=${rev}`)).ok);
}

/** The embedded CouchDB keeps nothing that could be compacted, and says 501. */
async function compact(t: ExecutionContext, address: Address): Promise<void> {
  const { status } = await ask(address, "POST", "/_compact", {});
  if (status === 501) return;
  t.is(status, 202);
  let isRunning = true;
  while (isRunning) {
    const { text } = await ask(address, "GET", "");
    isRunning = text.includes('"compact_running":true');
  }
}

interface Asked {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The operator's own way in, which is not the adapter under test. */
async function ask(address: Address, method: string, path: string, body?: object): Promise<Asked> {
  const { url, authorization, database } = address;
  const response = await fetch(`${url}${database}${path}`, {
    method,
    headers: { "content-type": "application/json", ...(authorization !== undefined && { authorization }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { ok, status, headers } = response;
  return { ok, status, headers, text: await response.text() };
}
