/** Who may use the API from a browser: our own page, the origins the operator listed, and the other regions' pages (A4, A5). */
export class Origins {
  readonly #listed: ReadonlySet<string>;
  readonly #own: string | undefined;
  readonly #peers: () => readonly string[];

  constructor(listed: readonly string[], publicUrl: string | undefined, peers: () => readonly string[]) {
    this.#listed = new Set(listed);
    this.#own = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
    this.#peers = peers;
  }

  /** Exact match, nothing is guessed or reflected; `null` is never listed. */
  isListed(origin: string | undefined): boolean {
    return origin !== undefined && (this.#listed.has(origin) || this.#peers().includes(origin));
  }

  /**
   * Whether a request that changes something may come from where it says it comes from. Browsers always send
   * Origin with a POST and nobody can forge it there; programs send neither header and are let in.
   */
  mayPost(request: RequestSource): boolean {
    const { origin, host, fetchSite } = request;
    if (this.isListed(origin)) return true;
    if (fetchSite !== undefined && fetchSite !== "same-origin" && fetchSite !== "none") return false;
    return origin === undefined || origin === this.#own || isSameOrigin(origin, host);
  }
}

export interface RequestSource {
  readonly origin: string | undefined;
  readonly host: string | undefined;
  /** Sec-Fetch-Site. */
  readonly fetchSite: string | undefined;
}

/** The scheme is not compared: behind a proxy that ends TLS we see http where the browser sees https. */
function isSameOrigin(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: originHost, origin: canonical } = new URL(origin);
  if (protocol !== "http:" && protocol !== "https:") return false;
  const asked = `${protocol}//${host}`;
  return canonical === origin && URL.canParse(asked) && new URL(asked).host === originHost;
}
