import { parseAddress } from "../address.ts";
import { examine } from "./examine.ts";
import type { Finding } from "./finding.ts";
import { conclusion, findingText } from "./report.ts";

/**
 * Looks at the CouchDB that COUCHDB_URL and COUCHDB_DATABASE name, as a region would use it, and says what is wrong
 * in plain words. Exit code 1: something must be mended.
 */
async function main(): Promise<void> {
  const { COUCHDB_URL: url = "", COUCHDB_DATABASE: database = "" } = process.env;
  if (url.trim() === "") {
    process.stdout.write(
      "COUCHDB_URL names no CouchDB: regions use the embedded one, on this machine only.\n",
    );
    return;
  }
  const result = parseAddress(url.trim(), database.trim() || "settee");
  if (result.type === "malformed") {
    process.stdout.write(`${result.remedy}\n`);
    process.exitCode = 1;
    return;
  }
  const { address } = result;
  process.stdout.write(`${address.url}${address.database}\n\n`);
  const findings: Finding[] = [];
  for await (const finding of examine(address)) {
    findings.push(finding);
    process.stdout.write(findingText(finding));
  }
  process.stdout.write(`\n${conclusion(findings)}`);
  if (findings.some(({ verdict }) => verdict === "fail")) process.exitCode = 1;
}

await main();
