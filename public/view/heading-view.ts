import { byId, setText } from "./element.ts";

/** Which room this is, and which region. */
export class HeadingView {
  readonly #room = byId("room", HTMLElement);
  readonly #here = byId("here", HTMLElement);
  readonly #region = byId("region", HTMLElement);

  show(room: string, region: string | undefined): void {
    setText(this.#room, `#${room}`);
    setText(this.#region, region ?? "");
    this.#here.hidden = region === undefined;
    document.title = region === undefined ? room : `${room} · ${region}`;
  }
}
