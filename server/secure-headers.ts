import type { ServerResponse } from "node:http";

/** The page runs its own modules, talks to its own server and to those of `peers`, and nothing else (security A2). */
export function contentSecurityPolicy(peers: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["connect-src 'self'", ...peers].join(" "),
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
}

/** A year, as the preload lists ask for at least. */
const HSTS_SECONDS = 31_536_000;

/** Headers of every answer, problems included (A2, A3). `isBehindTls`: people reach us by https. */
export function secureHeaders(isBehindTls: boolean): readonly (readonly [name: string, value: string])[] {
  return [
    ["Content-Security-Policy", contentSecurityPolicy([])],
    ["X-Content-Type-Options", "nosniff"],
    ["Referrer-Policy", "no-referrer"],
    ["Cross-Origin-Opener-Policy", "same-origin"],
    ["Cross-Origin-Resource-Policy", "same-origin"],
    ["Cache-Control", "no-store"],
    ["Vary", "Origin"],
    ...(isBehindTls ? [["Strict-Transport-Security", `max-age=${HSTS_SECONDS}`] as const] : []),
  ];
}

export function setHeaders(
  response: ServerResponse,
  headers: readonly (readonly [name: string, value: string])[],
): void {
  for (const [name, value] of headers) response.setHeader(name, value);
}
