import test from "ava";
import { storeContract } from "./contract.ts";
import { denialContract } from "./denial-contract.ts";
import { httpPremises } from "./http-premises.ts";

const url = process.env["COUCHDB_URL"];

if (url === undefined) {
  test("the contract on a real CouchDB was skipped: COUCHDB_URL names none", (t) => t.pass());
} else {
  storeContract("CouchDB", httpPremises(url));
  denialContract("CouchDB", url);
}
