/** What one look at the store found. `fail` must be mended, `warn` should be considered, `skip` could not be told. */
export type Verdict = "ok" | "warn" | "fail" | "skip";

export interface Finding {
  readonly verdict: Verdict;
  /** One word for what was looked at. */
  readonly subject: string;
  /** What was seen, a sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export function ok(subject: string, text: string): Finding {
  return { verdict: "ok", subject, text };
}

export function warn(subject: string, text: string, remedy: string): Finding {
  return { verdict: "warn", subject, text, remedy };
}

export function fail(subject: string, text: string, remedy: string): Finding {
  return { verdict: "fail", subject, text, remedy };
}

export function skip(subject: string, text: string, remedy?: string): Finding {
  return { verdict: "skip", subject, text, ...(remedy !== undefined && { remedy }) };
}
