import type { Line } from "../shown/lines.ts";
import { stateWords } from "../shown/state-words.ts";
import type { TimeWriter } from "../shown/time-words.ts";
import { make, setText } from "./element.ts";

/** How many colours style.css has for names. */
const HUES = 8;

/** One message on the page. Its nodes stay the same ones for as long as it is shown. */
export class LineView {
  readonly node = make("li", "line");
  readonly #avatar = make("span", "avatar");
  readonly #name = make("bdi", "name");
  readonly #time = make("time", "time");
  readonly #region = make("span", "origin");
  readonly #text = make("p", "text");
  readonly #symbol = make("span", "symbol");
  readonly #word = make("span", "word");
  readonly #state = make("span", "state");
  readonly #reason = make("p", "reason");
  readonly #times: TimeWriter;
  #shown: Line | undefined;

  constructor(times: TimeWriter) {
    this.#times = times;
    this.#avatar.ariaHidden = "true";
    this.#symbol.ariaHidden = "true";
    this.#text.dir = "auto";
    this.#state.append(this.#symbol, " ", this.#word);
    const head = make("div", "head");
    head.append(this.#name, " ", this.#time, " ", this.#region);
    this.node.append(this.#avatar, head, this.#text, this.#state, this.#reason);
  }

  show(line: Line): void {
    if (this.#shown !== undefined && isSame(this.#shown, line)) return;
    this.#shown = line;
    const { dataset } = this.node;
    dataset["mid"] = line.mid;
    dataset["state"] = line.state;
    dataset["mine"] = `${line.isMine}`;
    dataset["continued"] = `${line.isContinued}`;
    dataset["hue"] = `${hueOf(line.name)}`;
    setText(this.#avatar, initialOf(line.name));
    setText(this.#name, line.name);
    setText(this.#text, line.text);
    this.#showTime(line.at);
    this.#showRegion(line.region);
    this.#showState(line);
  }

  #showTime(at: number): void {
    const words = this.#times.write(at, Date.now());
    setText(this.#time, words?.short ?? "");
    this.#time.dateTime = words?.iso ?? "";
    this.#time.title = words?.exact ?? "";
  }

  #showRegion(region: string | undefined): void {
    setText(this.#region, region ?? "");
    this.#region.title = region === undefined ? "" : `posted in the region ${region}`;
  }

  #showState({ state, reason }: Line): void {
    const words = stateWords[state];
    setText(this.#symbol, words.symbol);
    setText(this.#word, words.word);
    this.#state.title = words.meaning;
    setText(this.#reason, reason ?? "");
    if (state !== "rejected") return;
    const again = make("button", "quiet again", "Edit again");
    again.type = "button";
    this.#reason.append(" ", again);
  }
}

/** Of two lines with the same key: is there anything to do? */
function isSame(a: Line, b: Line): boolean {
  return (
    a.state === b.state &&
    a.reason === b.reason &&
    a.isContinued === b.isContinued &&
    a.region === b.region &&
    a.at === b.at &&
    a.name === b.name &&
    a.text === b.text
  );
}

function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name);
  return first?.segment.toLocaleUpperCase() ?? "";
}

/** The same name has the same colour on every page. */
function hueOf(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = (hash * 31 + name.charCodeAt(at)) >>> 0;
  return hash % HUES;
}
