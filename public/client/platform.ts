/** What the client needs from the world around it; the tests own their weather by giving another one. */
export interface Platform {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Milliseconds since 1970. */
  now(): number;
  /** 0 ≤ x < 1, for jitter only. */
  random(): number;
  /** Unguessable bytes, for ids. */
  randomBytes(count: number): Uint8Array;
  /** Calls once, after `waitMs`. Returns what cancels it. */
  after(waitMs: number, call: () => void): () => void;
}

/** Browsers and Node alike. */
export const webPlatform: Platform = {
  fetch: (url, init) => fetch(url, init),
  now: () => Date.now(),
  random: () => Math.random(),
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  after(waitMs, call) {
    const timer = setTimeout(call, waitMs);
    return () => clearTimeout(timer);
  },
};
