/** The last `limit` different things that were added. */
export class Recent<T> {
  readonly #limit: number;
  readonly #things = new Set<T>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  has(thing: T): boolean {
    return this.#things.has(thing);
  }

  add(thing: T): void {
    this.#things.add(thing);
    const [oldest] = this.#things;
    if (this.#things.size > this.#limit && oldest !== undefined) this.#things.delete(oldest);
  }
}
