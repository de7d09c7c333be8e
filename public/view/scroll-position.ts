/** Near enough to the end to be taken for it: less than a line. */
const NEAR_PX = 32;

/** Stays at the end for people who are there, and stays put for people who read further up. */
export class ScrollPosition {
  readonly #scroller: HTMLElement;
  readonly #list: HTMLOListElement;
  #isAtEnd = true;

  constructor(scroller: HTMLElement, list: HTMLOListElement, scrolled: () => void) {
    this.#scroller = scroller;
    this.#list = list;
    scroller.addEventListener("scroll", () => {
      this.#isAtEnd = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < NEAR_PX;
      scrolled();
    });
    // A keyboard that slides in, or a composer that grows, takes its room from above: the end stays in sight.
    new ResizeObserver(() => this.#isAtEnd && this.toEnd()).observe(scroller);
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** The first message is in sight; of a short list it always is. */
  get isAtTop(): boolean {
    return this.#scroller.scrollTop < NEAR_PX;
  }

  toEnd(): void {
    this.#isAtEnd = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** Changes the list without moving what is being read. */
  keep(change: () => void): void {
    if (this.#isAtEnd) {
      change();
      return this.toEnd();
    }
    const anchor = this.#firstInSight();
    // Its end, because its head goes when what stands before it turns out to be by the same author.
    const wasAt = anchor?.getBoundingClientRect().bottom ?? 0;
    change();
    if (anchor?.isConnected === true)
      this.#scroller.scrollTop += anchor.getBoundingClientRect().bottom - wasAt;
  }

  #firstInSight(): Element | undefined {
    const { top } = this.#scroller.getBoundingClientRect();
    return [...this.#list.children].find((line) => line.getBoundingClientRect().bottom > top);
  }
}
