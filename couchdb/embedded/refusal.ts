/** Why a request is refused, in CouchDB's own words. `error` and `status` are what a client decides by. */
export interface Refusal {
  readonly type: "refused";
  readonly status: number;
  readonly error: string;
  readonly reason: string;
}

export function refusal(status: number, error: string, reason: string): Refusal {
  return { type: "refused", status, error, reason };
}

export function badRequest(reason: string): Refusal {
  return refusal(400, "bad_request", reason);
}

export const INVALID_JSON = badRequest("invalid UTF-8 JSON");
export const INVALID_REVISION = badRequest("Invalid rev format");
export const CONFLICT = refusal(409, "conflict", "Document update conflict.");
export const MISSING = refusal(404, "not_found", "missing");
export const DELETED = refusal(404, "not_found", "deleted");
export const NO_DATABASE = refusal(404, "not_found", "Database does not exist.");

/** The honest answer to everything a real CouchDB does and this one does not. */
export function notImplemented(what: string): Refusal {
  const reason = `${what} is not part of the embedded CouchDB; use CouchDB 3.5 for it`;
  return refusal(501, "not_implemented", reason);
}
