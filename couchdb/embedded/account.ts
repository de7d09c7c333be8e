import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { badRequest, refusal, type Refusal } from "./refusal.ts";

/** Who asks. There is one account: the admin. */
export type Visitor =
  | { readonly type: "admin"; readonly by: "default" | "cookie" }
  | { readonly type: "anonymous" };

export const ADMIN = "admin";
export const WRONG_PASSWORD = refusal(401, "unauthorized", "Name or password is incorrect.");
const INVALID_BASE64 = badRequest("Authorization header has invalid base64 value");
const FOREIGN_PAGE = refusal(403, "forbidden", "A session cookie is for Fauxton's own pages only.");

/** A working day in Fauxton. */
const SESSION_MS = 12 * 3600_000;

/** The one account and its sessions. Sessions are signed, not kept: they end with the process. */
export class Account {
  readonly #password: string;
  readonly #secret = randomBytes(32);

  constructor(password: string) {
    this.#password = password;
  }

  /** No lockout, unlike a real server: the password has 128 random bits, and only this machine can ask. */
  visitor(request: IncomingMessage, nowMs: number): Visitor | Refusal {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined && /^basic /i.test(authorization)) {
      const encoded = authorization.slice(6).trim();
      if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return INVALID_BASE64;
      const [name = "", ...password] = Buffer.from(encoded, "base64").toString().split(":");
      return this.isRight(name, password.join(":")) ? { type: "admin", by: "default" } : WRONG_PASSWORD;
    }
    const token = /(?:^|;\s*)AuthSession=([^;]+)/.exec(cookie ?? "")?.[1];
    if (token === undefined || !this.#isSession(token, nowMs)) return { type: "anonymous" };
    // Cookies do not know ports: another page of this machine must not act with Fauxton's.
    const site = request.headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin" && site !== "none") return FOREIGN_PAGE;
    return { type: "admin", by: "cookie" };
  }

  isRight(name: string, password: string): boolean {
    return isSame(password, this.#password) && name === ADMIN;
  }

  /** The header that begins a session; without a time, the one that ends it. */
  cookie(nowMs?: number): string {
    const until = nowMs === undefined ? "" : String(nowMs + SESSION_MS);
    const token = until && `${until}.${this.#sign(until)}`;
    const age = until ? SESSION_MS / 1000 : 0;
    return `AuthSession=${token}; Version=1; Max-Age=${age}; Path=/; HttpOnly; SameSite=Strict`;
  }

  #isSession(token: string, nowMs: number): boolean {
    const [until = "", signature = ""] = token.split(".");
    return isSame(signature, this.#sign(until)) && Number(until) > nowMs;
  }

  #sign(text: string): string {
    return createHmac("sha256", this.#secret).update(text).digest("base64url");
  }
}

/** In the same time whatever is compared. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
