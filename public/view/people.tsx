import { h } from "../preact/preact.mjs";
import type { View } from "./acts.ts";

/** More names than this are counted: a list is read, a crowd is not. */
const LISTED = 40;

/** Who reads the open room, in every region; what nobody can know is said to be unknown. */
export function People({ picture, words }: View) {
  const { here, unknown } = picture.people;
  return (
    <section class="people" aria-labelledby="people-title">
      <h2 id="people-title" class="side-title">
        {words.hereNow}
      </h2>
      <ul id="people" class="people-list">
        {here.slice(0, LISTED).map(({ name, regions, isSelf }) => (
          <li key={name} title={words.readsIn(name, regions)}>
            <bdi class="person">{name}</bdi>
            {isSelf && <span class="self">{words.thisIsYou}</span>}
            <span class="origin">{regions.join(" ")}</span>
          </li>
        ))}
      </ul>
      {here.length > LISTED && <p class="aside">{words.andMore(here.length - LISTED)}</p>}
      {here.length === 0 && unknown.length === 0 && <p class="aside">{words.nobodyHere}</p>}
      {unknown.length > 0 && (
        <p id="people-unknown" class="aside">
          {words.whoIsUnknown(unknown)}
        </p>
      )}
    </section>
  );
}
