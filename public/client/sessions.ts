import type { Answer, Api } from "./api.ts";
import type { Session } from "./parse.ts";
import { SESSIONS_LIMIT, type Shelf } from "./shelf.ts";

/** Names one page posts under at a time: its own, and those of messages another page left behind. */
const NAMES_LIMIT = 10;

/** Who this client is: the session of each name it posts under, and every session that was ever one of its own. */
export class Sessions {
  readonly #api: Api;
  readonly #shelf: Shelf;
  /** By the name that was asked for; the region may have written it differently. */
  readonly #byName = new Map<string, Session>();
  readonly #mine = new Set<string>();

  constructor(api: Api, shelf: Shelf) {
    this.#api = api;
    this.#shelf = shelf;
  }

  isMine(session: string): boolean {
    return this.#mine.has(session);
  }

  of(name: string): Session | undefined {
    return this.#byName.get(name);
  }

  /** One that is still in use, by its id. */
  withId(id: string): Session | undefined {
    return [...this.#byName.values()].find(({ session }) => session === id);
  }

  async open(name: string): Promise<Answer<Session>> {
    const answer = await this.#api.openSession(name);
    if (answer.type === "ok") this.use(name, answer.value);
    return answer;
  }

  use(name: string, session: Session): void {
    this.#byName.delete(name);
    this.#byName.set(name, session);
    const [oldest] = this.#byName.keys();
    if (this.#byName.size > NAMES_LIMIT && oldest !== undefined) this.#byName.delete(oldest);
    if (this.isMine(session.session)) return;
    this.own(session.session);
    this.#shelf.signedIn(session.session);
  }

  /** Another page's, or from before a reload. The oldest beyond the limit are forgotten. */
  own(session: string): void {
    this.#mine.add(session);
    const [oldest] = this.#mine;
    if (this.#mine.size > SESSIONS_LIMIT && oldest !== undefined) this.#mine.delete(oldest);
  }

  /** A region does not accept it any more. Returns it, and the name it was for. */
  refused(token: string): { readonly name: string; readonly session: Session } | undefined {
    const [name, session] = [...this.#byName].find(([, known]) => known.token === token) ?? [];
    if (name === undefined || session === undefined) return undefined;
    this.#byName.delete(name);
    return { name, session };
  }
}
