import { h } from "../preact/preact.mjs";

/** Lines on a ground of 20 by 20, so that they look the same whatever fonts there are. */
const PATHS = {
  menu: "M3.5 6h13M3.5 10h13M3.5 14h13",
  close: "M5.5 5.5l9 9M14.5 5.5l-9 9",
  search: "M13 13l4 4M14.5 9a5.5 5.5 0 1 1-11 0a5.5 5.5 0 0 1 11 0z",
  settings:
    "M3.5 6h7M14.5 6h2M3.5 14h2M9.5 14h7M14.5 6a2 2 0 1 1-4 0a2 2 0 0 1 4 0zM9.5 14a2 2 0 1 1-4 0a2 2 0 0 1 4 0z",
  up: "M10 16V4.5M5 9.5l5-5l5 5",
  down: "M10 4v11.5M5 10.5l5 5l5-5",
  plus: "M10 4v12M4 10h12",
} as const;

/** For the eye: whoever stands around it says what it means. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }) {
  return (
    <svg class="glyph" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
