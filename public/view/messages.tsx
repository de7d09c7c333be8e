import { h } from "../preact/preact.mjs";
import type { Item } from "../shown/lines.ts";
import type { View } from "./acts.ts";
import { LineView } from "./line.tsx";

/** The list of messages, and the way to earlier and to newer ones. */
export function Messages(view: View) {
  const { picture, words } = view;
  const found = view.stance.found[view.stance.foundAt];
  return (
    <main id="scroller" class="scroller" tabIndex={0} aria-label={words.messages}>
      <div class="column">
        <Older {...view} />
        <ol id="messages" class="messages">
          {picture.items.map((item) => itemOf(item, view, found))}
        </ol>
      </div>
    </main>
  );
}

/** The way back to the present, with how much is new there. */
export function ToEnd({ picture, stance, words, acts }: View) {
  if (stance.isAtEnd && !picture.isPast) return null;
  return (
    <button id="below" class="float" type="button" onClick={() => acts.toNewest()}>
      <span aria-hidden="true">↓ </span>
      {picture.unread > 0 ? words.newBelow(picture.unread) : words.toNewest}
    </button>
  );
}

/** Late messages stand further up, where nobody looks who is at the end. */
export function ToLate({ picture, words, acts }: View) {
  if (picture.late.length === 0) return null;
  return (
    <button id="late" class="float above" type="button" onClick={() => acts.toLate()}>
      {words.lateAbove(picture.late.length)}
    </button>
  );
}

function itemOf(item: Item, view: View, found: string | undefined) {
  const { stance, words, times, acts } = view;
  switch (item.type) {
    case "day":
      return (
        <li key={item.key} class="day">
          <h2>{times.day(item.at, Date.now(), words)}</h2>
        </li>
      );
    case "new":
      return (
        <li key={item.key} class="new">
          {words.newSince}
        </li>
      );
    case "line":
      return (
        <LineView
          key={item.key}
          line={item.line}
          isContinued={item.isContinued}
          isSelected={stance.selected === item.key}
          isUnfolded={stance.unfolded.has(item.key)}
          isFound={found === item.key}
          isEditing={stance.editing?.key === item.key}
          words={words}
          times={times}
          acts={acts}
        />
      );
  }
}

/** What stands before the first message: the way to earlier ones, or why there is none. */
function Older({ picture, stance, words, acts }: View) {
  const { older, room } = picture;
  const isFailed = stance.history === "failed";
  return (
    <div class="older">
      <button
        id="earlier"
        class="quiet"
        type="button"
        hidden={older === "unknown" || older === "none"}
        onClick={() => acts.earlier()}
      >
        {words.earlier}
      </button>
      {isFailed && <p class="note">{words.olderFailed}</p>}
      {!isFailed && older === "none" && <p class="note">{words.begins(room)}</p>}
      {!isFailed && older === "away" && <p class="note">{words.olderAway}</p>}
    </div>
  );
}
