import { h } from "../preact/preact.mjs";
import { Icon } from "./icon.tsx";
import type { View } from "./acts.ts";
import { addressOf, roomCalled } from "./address.ts";

/** The rooms one follows, and how to come to another one. */
export function Rooms({ picture, words, acts }: View) {
  return (
    <nav class="rooms" aria-label={words.rooms}>
      <div class="rooms-head">
        <img class="mark" src="/page/icon.svg" alt="" width="28" height="28" />
        <p class="rooms-title">{words.rooms}</p>
        <button
          id="close-rooms"
          class="icon close-rooms"
          type="button"
          aria-label={words.closeRooms}
          onClick={() => acts.showRooms(false)}
        >
          <Icon name="close" />
        </button>
      </div>
      <ul class="room-list">
        {picture.rooms.map(({ room, unread }) => (
          <li key={room} class="room-item" data-open={room === picture.room}>
            <a
              href={addressOf(room)}
              aria-current={room === picture.room ? "page" : undefined}
              onClick={() => acts.showRooms(false)}
            >
              <bdi class="room-name">#{room}</bdi>
              {unread > 0 && (
                <span class="count">
                  <span aria-hidden="true">{unread > 99 ? "99+" : unread}</span>
                  <span class="unseen">{words.unread(unread)}</span>
                </span>
              )}
            </a>
            {room !== picture.room && (
              <button
                class="icon leave"
                type="button"
                aria-label={words.leaveRoom(room)}
                onClick={() => acts.leave(room)}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
      <form
        class="new-room"
        onSubmit={(event) => {
          event.preventDefault();
          const field = event.currentTarget.elements.namedItem("new-room");
          if (!(field instanceof HTMLInputElement)) return;
          const room = roomCalled(field.value);
          field.setCustomValidity(room === undefined ? words.roomRule : "");
          if (room === undefined) return void field.reportValidity();
          field.value = "";
          return acts.open(room);
        }}
      >
        <label class="unseen" for="new-room">
          {words.newRoom}
        </label>
        <input
          id="new-room"
          name="new-room"
          placeholder={words.newRoom}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          maxLength={64}
          onInput={(event) => event.currentTarget.setCustomValidity("")}
        />
        <button type="submit" aria-label={words.open}>
          <Icon name="plus" />
        </button>
      </form>
    </nav>
  );
}
