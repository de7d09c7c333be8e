import type { RegionView } from "../../sync/wire.ts";
import { h } from "../preact/preact.mjs";
import type { Journey } from "../shown/journey.ts";
import type { Line } from "../shown/lines.ts";
import type { Words } from "../words/english.ts";
import { languages } from "../words/languages.ts";
import type { View } from "./acts.ts";
import { Dialog } from "./dialog.tsx";

/** What lies over the page, if anything does. */
export function PanelView(view: View & { readonly journey: Journey | undefined }) {
  const { words, acts, journey } = view;
  const { panel } = view.stance;
  // By a key: one that follows another at once is another dialog.
  const frame = { key: panel.type, closeWord: words.close, closed: () => acts.close(panel) };
  switch (panel.type) {
    case "none":
      return null;
    case "keys":
      return (
        <Dialog {...frame} title={words.keys}>
          <KeyList words={words} />
        </Dialog>
      );
    case "settings":
      return (
        <Dialog {...frame} title={words.settings}>
          <SettingsForm {...view} />
        </Dialog>
      );
    case "regions":
      return (
        <Dialog {...frame} title={words.regions}>
          <RegionList {...view} />
        </Dialog>
      );
    case "jump":
      return (
        <Dialog {...frame} title={words.jump}>
          <JumpForm {...view} />
        </Dialog>
      );
    case "takeBack":
      return (
        <Dialog {...frame} title={words.takeBackSure}>
          <TakeBackForm {...view} line={panel.line} />
        </Dialog>
      );
    case "journey":
      return (
        <Dialog {...frame} title={words.journeyOf}>
          {journey !== undefined && <JourneyList {...view} journey={journey} />}
        </Dialog>
      );
  }
}

function KeyList({ words }: { readonly words: Words }) {
  return (
    <dl class="key-list">
      {words.keyList.map(([keys, what]) => (
        <div key={keys}>
          <dt>
            {keys.split(", ").map((key) => (
              <kbd key={key} dir="ltr">
                {key}
              </kbd>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}

function SettingsForm({ stance, words, acts }: View) {
  const { settings } = stance;
  const isDenied = "Notification" in globalThis && Notification.permission === "denied";
  return (
    <div class="settings">
      <label class="setting">
        {words.languageOf}
        <select
          id="language"
          onChange={(event) => acts.settle({ ...settings, language: event.currentTarget.value })}
        >
          {languages.map(({ language, itself }) => (
            <option key={language} value={language} lang={language} selected={language === words.language}>
              {itself}
            </option>
          ))}
        </select>
      </label>
      <label class="setting">
        <input
          type="checkbox"
          id="notifications"
          checked={settings.isNotifying}
          disabled={isDenied}
          onChange={(event) => acts.settle({ ...settings, isNotifying: event.currentTarget.checked })}
        />
        {words.notifications}
      </label>
      {isDenied && <p class="note start">{words.notificationsDenied}</p>}
      <label class="setting">
        <input
          type="checkbox"
          id="sound"
          checked={settings.hasSound}
          onChange={(event) => acts.settle({ ...settings, hasSound: event.currentTarget.checked })}
        />
        {words.sound}
      </label>
      <p>
        <button class="quiet" type="button" onClick={() => acts.show({ type: "keys" })}>
          {words.keys}
        </button>
      </p>
    </div>
  );
}

function RegionList({ picture, words, times, acts }: View) {
  const { regions, agreed } = picture;
  return (
    <div>
      <p class="note start">{words.regionsWhat}</p>
      <ul class="region-list">
        {(regions?.regions ?? []).map((region) => (
          <li key={region.origin} data-state={region.state}>
            <bdi class="region-name">{region.name}</bdi>
            <span class="note">
              {stateOf(region, words)} · {words.connections(region.connections)}
            </span>
            {(region.state === "live" || region.state === "silent") && (
              <button class="quiet" type="button" onClick={() => acts.goTo(region.name)}>
                {words.goThere(region.name)}
              </button>
            )}
          </li>
        ))}
      </ul>
      {agreed?.at !== undefined && agreed.same.length > 0 && (
        <p class="agrees">✓ {words.same(agreed.same, times.clock(agreed.at))}</p>
      )}
      {agreed?.at !== undefined && agreed.different.length > 0 && (
        <p class="differs">≠ {words.differs(agreed.different, times.clock(agreed.at))}</p>
      )}
      {regions?.audit.isRunning === true && <p class="note start">{words.auditRunning}</p>}
      {regions?.audit.checkedAt !== undefined && !regions.audit.isRunning && (
        <p class="note start">{words.auditDone(times.clock(regions.audit.checkedAt))}</p>
      )}
    </div>
  );
}

function stateOf({ state }: RegionView, words: Words): string {
  switch (state) {
    case "here":
      return words.regionHere;
    case "live":
      return words.regionLive;
    case "silent":
      return words.regionSilent;
    case "retired":
      return words.regionRetired;
  }
}

function JumpForm({ words, acts }: View) {
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        const field = event.currentTarget.elements.namedItem("date");
        // As a date without time it would be midnight in Greenwich.
        const at = field instanceof HTMLInputElement ? Date.parse(`${field.value}T00:00`) : Number.NaN;
        if (!Number.isNaN(at)) acts.jump(at);
      }}
    >
      <input id="date" name="date" type="date" required aria-label={words.jump} />
      <button type="submit">{words.go}</button>
    </form>
  );
}

function TakeBackForm({ line, words, acts }: View & { readonly line: Line }) {
  return (
    <form
      class="asked"
      method="dialog"
      onSubmit={(event) => {
        const isMeant = event.submitter?.getAttribute("value") === "yes";
        // The focus goes back to where it was before what it was on may go.
        event.currentTarget.closest("dialog")?.close();
        if (isMeant) acts.takeBack(line);
      }}
    >
      <p class="note start">{words.takeBackWhat}</p>
      <button class="quiet danger" type="submit" value="yes" autofocus>
        {words.takeBackYes}
      </button>
      <button class="quiet" type="submit">
        {words.discardNo}
      </button>
    </form>
  );
}

/** Every step that was noticed, each by how long it was after the first. */
function JourneyList({ journey, words, times }: View & { readonly journey: Journey }) {
  const { message, typedAt, acceptedAt, storedAt, receivedAt, shownAt, way, repeats } = journey;
  const came = way === "poll" ? words.cameByPoll : words.cameByFeed;
  const steps: readonly (readonly [at: number | undefined, what: string])[] = [
    [typedAt, words.typed],
    [acceptedAt, words.acceptedIn(message.region)],
    [acceptedAt === undefined ? receivedAt : undefined, came(message.region)],
    [shownAt, words.shown],
    [storedAt, words.journeyStored],
  ];
  const noticed = steps
    .flatMap(([at, what]) => (at === undefined ? [] : [{ at, what }]))
    .toSorted((one, other) => one.at - other.at);
  const first = noticed[0]?.at ?? 0;
  return (
    <div>
      <ol class="steps">
        {noticed.map(({ at, what }) => (
          <li key={what}>
            <span>{what}</span>{" "}
            <span class="after">{at === first ? times.clock(at) : times.after(at - first)}</span>
          </li>
        ))}
        {journey.seenBy.length > 0 && <li>{words.seenBy(journey.seenBy)}</li>}
        {journey.notSeenBy.length > 0 && <li class="not-yet">{words.notSeenBy(journey.notSeenBy)}</li>}
      </ol>
      <p class="note start">
        {words.repeats(repeats)} · {words.slot(`${journey.n}`, journey.origin8)}
      </p>
    </div>
  );
}
