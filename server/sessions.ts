import { randomBytes } from "node:crypto";
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from "jose";
import type { SigningKey } from "../sync/beacon.ts";
import { isName, isSession } from "../sync/text.ts";

import type { Clock } from "./clock.ts";
import type { DoorLimits } from "./limits.ts";
import { refusal, type Refusal } from "./problem.ts";
import { Recent } from "./recent.ts";
import type { SigningKeyPair } from "./signing-key.ts";

/** Who posts: a name, and the session that owns it. A person has one session for each tab. */
export interface Session {
  readonly type: "session";
  readonly session: string;
  readonly name: string;
}

export interface SessionsOptions {
  readonly signingKey: SigningKeyPair;
  /** Our region's origin: the `kid` of its tokens. */
  readonly origin: string;
  /** Another region's key, when its beacon was seen. */
  readonly foreignKey: (origin: string) => SigningKey | undefined;
  readonly clock: Clock;
  readonly limits: DoorLimits;
}

const ISSUER = "settee";
const ALGORITHM = "EdDSA";
const LIFE_SECONDS = 30 * 24 * 60 * 60;
/** Verified tokens remembered, twice at most: about 10 MB. A signature check is 0.1 ms, as long as all the rest of a post. */
const REMEMBERED = 5_000;

/**
 * Tokens are JWTs signed by a region and good in every region that knows its beacon; no region keeps anything per
 * session. What was verified once is remembered until it expires.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #verified = new Recent<string, { session: Session; expiresMs: number }>(REMEMBERED);

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  async issue(name: string): Promise<{ token: string; session: string }> {
    const { signingKey, origin, clock } = this.#options;
    const session = randomBytes(16).toString("base64url");
    const nowSeconds = Math.floor(clock.now() / 1000);
    const token = await new SignJWT({ name })
      .setProtectedHeader({ alg: ALGORITHM, typ: "JWT", kid: origin })
      .setSubject(session)
      .setIssuer(ISSUER)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + LIFE_SECONDS)
      .sign(signingKey.privateKey);
    return { token, session };
  }

  /** `authorization` is the header's value. */
  async verify(authorization: string | undefined): Promise<Session | Refusal> {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) return refusal("no-token");
    if (token.length > this.#options.limits.tokenBytes) return refusal("invalid-token");
    return this.#remembered(token) ?? this.#verifyNow(token);
  }

  #remembered(token: string): Session | undefined {
    const known = this.#verified.get(token);
    if (known === undefined || known.expiresMs > this.#options.clock.now()) return known?.session;
    this.#verified.delete(token);
    return undefined;
  }

  async #verifyNow(token: string): Promise<Session | Refusal> {
    const key = this.#keyOf(token);
    if (key.type === "refusal") return key;
    try {
      const { payload } = await jwtVerify(token, key.jwk, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        requiredClaims: ["sub", "exp", "iat"],
        currentDate: new Date(this.#options.clock.now()),
      });
      const { sub = "", exp = 0, name } = payload;
      if (!isSession(sub) || typeof name !== "string" || !isName(name)) return refusal("invalid-token");
      return this.#remember(token, { type: "session", session: sub, name }, exp * 1000);
    } catch (error) {
      return refusal(error instanceof errors.JWTExpired ? "expired-token" : "invalid-token");
    }
  }

  #keyOf(token: string): { type: "key"; jwk: SigningKey } | Refusal {
    const { origin, signingKey, foreignKey } = this.#options;
    const kid = keyId(token);
    if (kid === undefined) return refusal("invalid-token");
    const jwk = kid === origin ? signingKey.publicKey : foreignKey(kid);
    return jwk === undefined ? refusal("unknown-issuer") : { type: "key", jwk };
  }

  #remember(token: string, session: Session, expiresMs: number): Session {
    this.#verified.set(token, { session, expiresMs });
    return session;
  }
}

function keyId(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return undefined;
  }
}
