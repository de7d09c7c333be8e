import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { startEmbeddedCouch } from "../../couchdb/embedded/server.ts";
import { storeContract } from "./contract.ts";
import { denialContract } from "./denial-contract.ts";
import { httpPremises } from "./http-premises.ts";

const directory = await mkdtemp(join(tmpdir(), "settee-contract-"));
const couch = await startEmbeddedCouch({ directory, port: 0, fetchFauxton: false });
if (couch.type !== "started") throw new Error(couch.type);

test.after.always(async () => {
  await couch.stop();
  await rm(directory, { recursive: true });
});

const url = new URL(couch.url);
url.username = couch.username;
url.password = couch.password;

storeContract("embedded", httpPremises(url.href));

denialContract("embedded", url.href);
