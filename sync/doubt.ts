/**
 * A doubt about bookmarks: this region lacked something that they count. What earlier lives of it, or others, told their
 * readers may still be ahead of what it has read. The own beacon tells when it is not: the second one that comes back by
 * the feed after the doubt was written during it, and every row before it has been read.
 */
export class Doubt {
  /** What the first beacon that came back says as `at`. */
  #first: number | undefined;
  #isOpen = false;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  begin(): void {
    this.#isOpen = true;
    this.#first = undefined;
  }

  /** The own beacon that says `at` came back. Says whether that ends the doubt. */
  heard(at: number): boolean {
    if (!this.#isOpen) return false;
    if (this.#first === undefined || this.#first === at) {
      this.#first = at;
      return false;
    }
    this.#isOpen = false;
    return true;
  }
}
