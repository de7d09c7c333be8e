import { connect } from "node:net";
import type { Address } from "../address.ts";
import { fail, ok, skip, warn, type Finding } from "./finding.ts";

/** epmd, which tells where Erlang nodes listen, and the port CouchDB's own packages give them. */
const EPMD = 4369;
const DISTRIBUTION = 9100;
/** A firewall that drops says nothing; a port that is open answers within a round trip. */
const KNOCK_MS = 2000;

export function judgeTransport(address: Address): Finding {
  if (address.url.startsWith("https:")) return ok("transport", "The connection is encrypted.");
  if (isLoopback(address)) return ok("transport", "Not encrypted, and does not leave this machine.");
  return fail(
    "transport",
    "The password and every message cross the network in the clear.",
    "Put TLS in front of CouchDB (a proxy, or its [ssl] section) and write https:// in COUCHDB_URL.",
  );
}

/** Whoever reaches these ports and knows or guesses the cookie of the cluster owns the server (CVE-2022-24706). */
export async function findPorts(address: Address): Promise<Finding> {
  if (isLoopback(address)) {
    const remedy = `Try from another machine that ${EPMD} and ${DISTRIBUTION} do not answer.`;
    return skip("ports", "Whether Erlang's ports are closed is seen from outside only.", remedy);
  }
  const host = new URL(address.url).hostname.replace(/^\[|\]$/g, "");
  const [epmd, distribution] = await Promise.all([isOpen(host, EPMD), isOpen(host, DISTRIBUTION)]);
  return judgePorts({ epmd, distribution });
}

export function judgePorts(open: { readonly epmd: boolean; readonly distribution: boolean }): Finding {
  const remedy = `Close ${EPMD} and ${DISTRIBUTION} in the firewall to all but the cluster's own nodes.`;
  if (open.epmd) return fail("ports", `Erlang's port mapper answers on ${EPMD}.`, remedy);
  if (open.distribution) {
    return warn("ports", `Port ${DISTRIBUTION} answers; Erlang's nodes listen there.`, remedy);
  }
  return ok("ports", `Erlang's ports, ${EPMD} and ${DISTRIBUTION}, do not answer here.`);
}

export function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: KNOCK_MS });
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", settle(true)).once("timeout", settle(false)).once("error", settle(false));
  });
}

/** `localhost`, 127.0.0.0/8 and ::1. */
function isLoopback(address: Address): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(address.url).hostname);
}
