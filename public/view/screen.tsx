import { h, type RefObject } from "../preact/preact.mjs";
import type { Journey } from "../shown/journey.ts";
import type { View } from "./acts.ts";
import { NoticeBar, OutboxBar, SearchBar } from "./bars.tsx";
import { Heading } from "./heading.tsx";
import { Messages, ToEnd, ToLate } from "./messages.tsx";
import { PanelView } from "./panels.tsx";
import { People } from "./people.tsx";
import { Rooms } from "./rooms.tsx";
import { Composer, SignIn } from "./writing.tsx";

export interface ScreenProps extends View {
  readonly composer: RefObject<Composer | null>;
  readonly journey: Journey | undefined;
}

/** The whole page. */
export function Screen({ composer, journey, ...view }: ScreenProps) {
  const { stance } = view;
  return (
    <div class="shell">
      <aside
        class="side"
        data-open={stance.isRoomsOpen}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !stance.isRoomsOpen) return;
          event.stopPropagation();
          view.acts.showRooms(false);
        }}
      >
        <Rooms {...view} />
        <People {...view} />
      </aside>
      {stance.isRoomsOpen && <div class="shade" onClick={() => view.acts.showRooms(false)} />}
      <div class="conversation">
        <Heading {...view} />
        <NoticeBar {...view} />
        {stance.query !== undefined && <SearchBar {...view} />}
        <div class="start">
          <ToLate {...view} />
        </div>
        <Messages {...view} />
        <div class="end">
          <ToEnd {...view} />
          <footer class="bottom">
            <OutboxBar {...view} />
            {stance.asked === undefined ? (
              <Composer {...view} self={composer} />
            ) : (
              <SignIn {...view} key={stance.asked.fault} />
            )}
          </footer>
        </div>
      </div>
      <PanelView {...view} journey={journey} />
    </div>
  );
}
