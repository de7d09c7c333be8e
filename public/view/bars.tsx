import { Component, createRef, h } from "../preact/preact.mjs";
import { Icon } from "./icon.tsx";
import type { View } from "./acts.ts";

/** How many own messages wait, and what can be done about it: one bar for all of them. */
export function OutboxBar({ picture, stance, words, acts }: View) {
  const { waiting, isTold } = picture.outbox;
  if (!isTold) return null;
  return (
    <div id="outbox" class="bar">
      {stance.isDiscardAsked ? (
        <p>
          {words.discardSure(waiting)}{" "}
          <button class="quiet danger" type="button" onClick={() => acts.discard()}>
            {words.discardYes}
          </button>
          <button class="quiet" type="button" onClick={() => acts.askDiscard(false)}>
            {words.discardNo}
          </button>
        </p>
      ) : (
        <p>
          {words.outboxWaiting(waiting)}{" "}
          <button class="quiet" type="button" onClick={() => acts.retry()}>
            {words.retryNow}
          </button>
          <button class="quiet" type="button" onClick={() => acts.askDiscard(true)}>
            {words.discard}
          </button>
        </p>
      )}
    </div>
  );
}

/** What the page did by itself, and how to undo it. */
export function NoticeBar({ stance, words, acts }: View) {
  const { notice } = stance;
  if (notice === undefined) return null;
  const { text, back } = notice;
  return (
    <div id="notice" class="bar">
      <p>
        {text}{" "}
        {back !== undefined && (
          <button class="quiet" type="button" onClick={() => acts.goTo(back)}>
            {words.goBack(back)}
          </button>
        )}
        <button class="quiet" type="button" onClick={() => acts.dismiss()}>
          {words.dismiss}
        </button>
      </p>
    </div>
  );
}

/** Searches what is loaded: nothing of it leaves the page. */
export class SearchBar extends Component<View> {
  readonly #field = createRef<HTMLInputElement>();

  override componentDidMount(): void {
    this.#field.current?.focus();
  }

  override render({ stance, words, acts }: View) {
    const { query = "", found, foundAt } = stance;
    const count = found.length === 0 ? words.noMatch : words.matches(foundAt + 1, found.length);
    return (
      <form
        class="bar search"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          acts.step(-1);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") acts.search(undefined);
        }}
      >
        <input
          ref={this.#field}
          id="search"
          type="search"
          aria-label={words.searchWhat}
          placeholder={words.searchWhat}
          dir="auto"
          value={query}
          onInput={(event) => acts.search(event.currentTarget.value)}
        />
        <span class="matches" role="status">
          {query.trim() === "" ? "" : count}
        </span>
        <button class="icon" type="submit" aria-label={words.previous}>
          <Icon name="up" />
        </button>
        <button class="icon" type="button" aria-label={words.next} onClick={() => acts.step(1)}>
          <Icon name="down" />
        </button>
        <button class="quiet" type="button" onClick={() => acts.show({ type: "jump" })}>
          {words.jump}
        </button>
        <button class="icon" type="button" aria-label={words.close} onClick={() => acts.search(undefined)}>
          <Icon name="close" />
        </button>
      </form>
    );
  }
}
