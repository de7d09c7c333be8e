import type { Problem } from "../sync/wire.ts";

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What to do about it. */
  readonly detail: string;
  readonly retryAfterSeconds?: number;
  /** What follows on this connection cannot be trusted to be a request (security A11), or is not worth reading. */
  readonly closes?: true;
}

/** Every way a door says no. A program decides by the code; the detail is for the person who mends it. */
const PROBLEMS = {
  "malformed-request": {
    status: 400,
    title: "This is no HTTP request",
    detail: "Send HTTP/1.1 as RFC 9112 has it, with exactly one Host header.",
    closes: true,
  },
  "invalid-json": {
    status: 400,
    title: "The body is no JSON this door reads",
    detail: "Send one JSON object in UTF-8, at most 8 levels deep and 32 keys wide.",
  },
  "invalid-parameter": {
    status: 400,
    title: "A parameter of the address is wrong",
    detail: "Mend the parameter.",
  },
  "no-token": {
    status: 401,
    title: "Who is posting?",
    detail: "POST /api/v1/sessions for a token and send it as Authorization: Bearer.",
  },
  "invalid-token": {
    status: 401,
    title: "The token is not one of ours",
    detail: "POST /api/v1/sessions for a new one.",
  },
  "expired-token": {
    status: 401,
    title: "The token is too old",
    detail: "POST /api/v1/sessions for a new one.",
  },
  "unknown-issuer": {
    status: 401,
    title: "The token is of a region this one has not heard of",
    detail: "POST /api/v1/sessions for a new one.",
  },
  "cross-origin": {
    status: 403,
    title: "Another site's page may not do this",
    detail: "The operator can allow the page's origin with CORS_ORIGINS.",
  },
  "not-found": {
    status: 404,
    title: "Nothing is here",
    detail: "The API begins at /api/v1, the page is at /.",
  },
  "method-not-allowed": {
    status: 405,
    title: "Not with this method",
    detail: "The Allow header names the methods.",
  },
  "request-timeout": {
    status: 408,
    title: "The request took too long to arrive",
    detail: "Send it again in one go; headers have 10 seconds, the whole 15.",
    closes: true,
  },
  "mid-reused": {
    status: 409,
    title: "This mid stands for another message already",
    detail:
      "Give every message and every change a mid of its own; repeat a mid only with the same text and change.",
  },
  "body-too-large": {
    status: 413,
    title: "The body is too large",
    detail: "16 KB is the most; a message has at most 4,000 code points.",
    closes: true,
  },
  "url-too-long": {
    status: 414,
    title: "The address is too long",
    detail: "2 KB is the most, beside a cursor.",
    closes: true,
  },
  "unsupported-media-type": {
    status: 415,
    title: "The body is not declared as JSON",
    detail: "Send Content-Type: application/json and no Content-Encoding.",
  },
  "expectation-failed": {
    status: 417,
    title: "Only 100-continue can be expected",
    detail: "Leave the Expect header out.",
    closes: true,
  },
  "invalid-field": {
    status: 422,
    title: "A field of the body is wrong",
    detail: "Mend the field.",
  },
  rejected: {
    status: 422,
    title: "The store will never take this message",
    detail: "Write it differently and give it a new mid.",
  },
  "address-too-fast": {
    status: 429,
    title: "Too many requests come from your address",
    detail: "Ask again after the time in Retry-After; a POST counts as five requests.",
    retryAfterSeconds: 1,
  },
  "session-too-fast": {
    status: 429,
    title: "This session posts too fast",
    detail: "Repeat with the same mid after the time in Retry-After.",
    retryAfterSeconds: 1,
  },
  "room-too-fast": {
    status: 429,
    title: "Too much is posted in this room",
    detail: "Repeat with the same mid after the time in Retry-After.",
    retryAfterSeconds: 1,
  },
  "headers-too-large": {
    status: 431,
    title: "The headers are too large",
    detail: "8 KB is the most, the address included.",
    closes: true,
  },
  internal: {
    status: 500,
    title: "This is our mistake",
    detail: "Try again; the operator finds it in the log as request-failed.",
  },
  "cannot-store": {
    status: 503,
    title: "Neither disk nor store takes messages now",
    detail: "Repeat with the same mid; it will not be shown twice.",
    retryAfterSeconds: 1,
  },
  overloaded: {
    status: 503,
    title: "Too much is waiting already",
    detail: "Repeat with the same mid after the time in Retry-After.",
    retryAfterSeconds: 2,
  },
  "too-many-connections": {
    status: 503,
    title: "Too many connections",
    detail: "Close some, or ask another region.",
    retryAfterSeconds: 10,
    closes: true,
  },
  closing: {
    status: 503,
    title: "This region is stopping",
    detail: "Ask another region, or this one when it is back.",
    retryAfterSeconds: 2,
    closes: true,
  },
  "not-ready": {
    status: 503,
    title: "This region cannot serve yet",
    detail: "It has neither a disk nor a store to keep messages on, or does not know the history yet.",
    retryAfterSeconds: 1,
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Why a request is refused. `detail` and `field` say more than the table when there is more to say. */
export interface Refusal {
  readonly type: "refusal";
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly field?: string;
  /** When to come back, if it is known better than the table knows it. */
  readonly retryAfterSeconds?: number;
}

/** The problem as it is sent: RFC 9457, with the wrong field as an extension member. */
export interface SentProblem extends Problem {
  readonly field?: string;
}

export function refusal(code: ProblemCode): Refusal {
  return { type: "refusal", code };
}

/** `rule` is a sentence about the field: what it must be. */
export function wrongField(field: string, rule: string): Refusal {
  return { type: "refusal", code: "invalid-field", field, detail: `${field}: ${rule}` };
}

export function wrongParameter(parameter: string, rule: string): Refusal {
  return { type: "refusal", code: "invalid-parameter", field: parameter, detail: `${parameter}: ${rule}` };
}

export function tooFast(
  code: "address-too-fast" | "session-too-fast" | "room-too-fast",
  waitMs: number,
): Refusal {
  return { type: "refusal", code, retryAfterSeconds: Math.ceil(waitMs / 1000) };
}

export function problemKind(code: ProblemCode): ProblemKind {
  return PROBLEMS[code];
}

export function problemOf({ code, detail, field }: Refusal): SentProblem {
  const kind = PROBLEMS[code];
  const problem = {
    type: "about:blank",
    title: kind.title,
    status: kind.status,
    detail: detail ?? kind.detail,
    code,
  } as const;
  return field === undefined ? problem : { ...problem, field };
}

/** Headers that belong to the problem itself, by their lower-case names. */
export function problemHeaders(refused: Refusal): Readonly<Record<string, string>> {
  const { status, closes, ...kind }: ProblemKind = PROBLEMS[refused.code];
  const retryAfterSeconds = refused.retryAfterSeconds ?? kind.retryAfterSeconds;
  return {
    "content-type": "application/problem+json; charset=utf-8",
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
    ...(closes === undefined ? {} : { connection: "close" }),
    ...(status === 401 ? { "www-authenticate": 'Bearer realm="settee"' } : {}),
  };
}

export const PROBLEM_CODES: readonly ProblemCode[] = Object.keys(PROBLEMS).filter(isProblemCode);

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
