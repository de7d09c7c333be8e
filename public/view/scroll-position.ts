/** Near enough to the end to be taken for it: less than a line. */
const NEAR_PX = 32;

/** Stays at the end for people who are there, and stays put for people who read further up. */
export class ScrollPosition {
  readonly #scroller: HTMLElement;
  readonly #list: HTMLElement;
  #isAtEnd = true;
  /** Where it stood when it was looked at last. */
  #topPx = 0;

  constructor(scroller: HTMLElement, list: HTMLElement, scrolled: () => void) {
    this.#scroller = scroller;
    this.#list = list;
    scroller.addEventListener("scroll", () => {
      this.#look();
      scrolled();
    });
    // A keyboard that slides in, or a composer that grows, takes its room from above: the end stays in sight.
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(scroller);
  }

  /** Who has gone up is there no more, though the event that tells of it comes only with the next frame. */
  get isAtEnd(): boolean {
    if (this.#scroller.scrollTop < this.#topPx) this.#look();
    return this.#isAtEnd;
  }

  get isNearEnd(): boolean {
    const { scrollHeight, clientHeight, scrollTop } = this.#scroller;
    return scrollHeight - clientHeight - scrollTop < NEAR_PX;
  }

  /** The first message is in sight; of a short list it always is. */
  get isAtTop(): boolean {
    return this.#scroller.scrollTop < NEAR_PX;
  }

  nodeOf(mid: string): HTMLElement | undefined {
    const node = this.#list.querySelector(`[data-mid="${CSS.escape(mid)}"]`);
    return node instanceof HTMLElement ? node : undefined;
  }

  /** Whether the end of this message can be seen. */
  isInSight(mid: string): boolean {
    const { top, bottom } = this.#scroller.getBoundingClientRect();
    const end = this.nodeOf(mid)?.getBoundingClientRect().bottom ?? -Infinity;
    return end > top && end <= bottom;
  }

  toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#isAtEnd = true;
    this.#topPx = this.#scroller.scrollTop;
  }

  /** Brings an element of the list to the middle of what is in sight. */
  reveal(element: Element): void {
    element.scrollIntoView({ block: "center" });
    this.#look();
  }

  /** Changes the list without moving what is being read. `isPresent`: its end is where new messages come. */
  keep(isPresent: boolean, change: () => void): void {
    if (this.isAtEnd && isPresent) {
      change();
      return this.toEnd();
    }
    const anchor = this.#firstInSight();
    // Its end, because its head goes when what stands before it turns out to be by the same author.
    const wasAt = anchor?.getBoundingClientRect().bottom ?? 0;
    change();
    if (anchor?.isConnected === true)
      this.#scroller.scrollTop += anchor.getBoundingClientRect().bottom - wasAt;
    this.#look();
  }

  #look(): void {
    this.#isAtEnd = this.isNearEnd;
    this.#topPx = this.#scroller.scrollTop;
  }

  #firstInSight(): Element | undefined {
    const { top } = this.#scroller.getBoundingClientRect();
    // Days are no anchor: they go up with what comes before.
    const lines = [...this.#list.querySelectorAll(".line")];
    // They stand one below the other: half of them at a time can be left out.
    let [above, below] = [0, lines.length];
    while (above < below) {
      const middle = (above + below) >> 1;
      const isAbove = (lines[middle]?.getBoundingClientRect().bottom ?? 0) <= top;
      if (isAbove) above = middle + 1;
      else below = middle;
    }
    return lines[above];
  }
}
