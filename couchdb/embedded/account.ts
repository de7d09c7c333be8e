import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { refusal, type Refusal } from "./refusal.ts";

/** Who asks. There is one account: the admin. */
export type Visitor =
  | { readonly type: "admin"; readonly by: "default" | "cookie" }
  | { readonly type: "anonymous" };

export const ADMIN = "admin";
export const WRONG_PASSWORD = refusal(401, "unauthorized", "Name or password is incorrect.");
const FOREIGN_PAGE = refusal(403, "forbidden", "A session cookie is for Fauxton's own pages only.");

/** A working day in Fauxton. */
const SESSION_SECONDS = 12 * 3600;

/** The one account. All of its sessions share a token, which ends with the process. */
export class Account {
  readonly #password: string;
  readonly #token = randomBytes(32).toString("base64url");

  constructor(password: string) {
    this.#password = password;
  }

  /** No lockout, unlike a real server: the password has 192 random bits, and only this machine can ask. */
  visitor({ headers }: IncomingMessage): Visitor | Refusal {
    const { authorization, cookie } = headers;
    if (authorization !== undefined && /^basic /i.test(authorization)) {
      const [name = "", ...password] = Buffer.from(authorization.slice(6), "base64").toString().split(":");
      return this.isRight(name, password.join(":")) ? { type: "admin", by: "default" } : WRONG_PASSWORD;
    }
    const token = /(?:^|;\s*)AuthSession=([^;]+)/.exec(cookie ?? "")?.[1];
    if (token === undefined || !isSame(token, this.#token)) return { type: "anonymous" };
    // Cookies do not know ports: another page of this machine must not act with Fauxton's.
    const site = headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin" && site !== "none") return FOREIGN_PAGE;
    return { type: "admin", by: "cookie" };
  }

  isRight(name: string, password: string): boolean {
    return isSame(password, this.#password) && name === ADMIN;
  }

  /** The header that begins a session in a browser, or ends it there. */
  cookie(does: "begin" | "end"): string {
    const [token, seconds] = does === "begin" ? [this.#token, SESSION_SECONDS] : ["", 0];
    return `AuthSession=${token}; Version=1; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Strict`;
  }
}

/** In the same time whatever is compared. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
