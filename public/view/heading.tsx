import { Component, h } from "../preact/preact.mjs";
import { countdownWords } from "../shown/connection-words.ts";
import type { Words } from "../words/english.ts";
import { Icon } from "./icon.tsx";
import type { View } from "./acts.ts";

/** Which room this is, how we stand with the region and the others, and the way to everything else. */
export function Heading({ picture, words, times, acts }: View) {
  const { room, region, connection, agreed, rooms } = picture;
  const elsewhere = rooms.reduce((sum, one) => sum + (one.room === room ? 0 : one.unread), 0);
  return (
    <header class="top" data-tone={connection.tone}>
      <button
        id="open-rooms"
        class="icon to-rooms"
        type="button"
        aria-label={words.openRooms}
        onClick={() => acts.showRooms(true)}
      >
        <Icon name="menu" />
        {elsewhere > 0 && <span class="dot" title={words.unread(elsewhere)} />}
      </button>
      <div class="place">
        <h1 id="room">
          <bdi>#{room}</bdi>
        </h1>
        <p id="connection" class="connection" data-tone={connection.tone}>
          <span id="connection-text">{connection.text}</span>
          {connection.retryAt !== undefined && <Countdown retryAt={connection.retryAt} words={words} />}
          {connection.tone === "good" && agreed?.at !== undefined && agreed.same.length > 0 && (
            <span class="agreed">{words.same(agreed.same, times.clock(agreed.at))}</span>
          )}
        </p>
      </div>
      <nav class="doors" aria-label={words.more}>
        <button
          class="icon"
          type="button"
          aria-label={words.search}
          title={words.search}
          onClick={() => acts.search("")}
        >
          <Icon name="search" />
        </button>
        <button
          class="icon"
          type="button"
          aria-label={words.settings}
          title={words.settings}
          onClick={() => acts.show({ type: "settings" })}
        >
          <Icon name="settings" />
        </button>
        <button
          id="here"
          class="here"
          type="button"
          hidden={region === undefined}
          onClick={() => acts.show({ type: "regions" })}
        >
          <span class="here-word">{words.region}</span> <bdi id="region">{region}</bdi>
        </button>
      </nav>
    </header>
  );
}

interface CountdownProps {
  readonly retryAt: number;
  readonly words: Words;
}

/** For the eye only: a screen reader would read every second of it. */
class Countdown extends Component<CountdownProps> {
  #beat: ReturnType<typeof setInterval> | undefined;

  override componentDidMount(): void {
    this.#beat = setInterval(() => this.forceUpdate(), 1000);
  }

  override componentWillUnmount(): void {
    clearInterval(this.#beat);
  }

  override render({ retryAt, words }: CountdownProps) {
    return (
      <span id="connection-countdown" aria-hidden="true">
        {countdownWords(retryAt, Date.now(), words)}
      </span>
    );
  }
}
