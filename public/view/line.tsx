import { Component, h } from "../preact/preact.mjs";
import type { Line } from "../shown/lines.ts";
import { stateWords } from "../shown/state-words.ts";
import type { TimeWriter } from "../shown/time-words.ts";
import type { Words } from "../words/english.ts";
import type { Acts } from "./acts.ts";
import { addressOf } from "./address.ts";
import { textOf } from "./text.tsx";

/** How many colours style.css has for names. */
const HUES = 8;

export interface LineProps {
  readonly line: Line;
  readonly isContinued: boolean;
  readonly isSelected: boolean;
  readonly isUnfolded: boolean;
  readonly isFound: boolean;
  readonly words: Words;
  readonly times: TimeWriter;
  readonly acts: Acts;
}

/** One message. Its nodes stay the same ones for as long as it is shown, and are left alone while it stays the same. */
export class LineView extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps): boolean {
    const now = this.props;
    return (
      next.line !== now.line ||
      next.isContinued !== now.isContinued ||
      next.isSelected !== now.isSelected ||
      next.isUnfolded !== now.isUnfolded ||
      next.isFound !== now.isFound ||
      next.words !== now.words
    );
  }

  override render({ line, isContinued, isSelected, isUnfolded, isFound, words, times, acts }: LineProps) {
    const { name, mid, state, isMine, isAction, isLong, pieces, reason, editedAt } = line;
    const isFolded = isLong && !isUnfolded;
    return (
      <li
        class="line"
        tabIndex={-1}
        data-mid={mid}
        data-state={state}
        data-mine={isMine}
        data-continued={isContinued}
        data-action={isAction}
        data-selected={isSelected}
        data-found={isFound}
        data-hue={hueOf(name)}
        onMouseEnter={() => acts.select(line)}
        onFocusIn={() => acts.select(line)}
        onClick={() => acts.select(line)}
      >
        <span class="avatar" aria-hidden="true">
          {initialOf(name)}
        </span>
        {this.#head()}
        <div class="text" dir="auto" data-folded={isFolded}>
          {isAction && <bdi class="actor">{name} </bdi>}
          {textOf(pieces)}
        </div>
        {editedAt !== undefined && (
          <span class="edited" title={words.editedAt(times.write(editedAt)?.exact ?? "")}>
            {words.edited}
          </span>
        )}
        {this.#state()}
        {isLong && (
          <button
            class="quiet fold"
            type="button"
            aria-expanded={!isFolded}
            onClick={() => acts.unfold(line)}
          >
            {isFolded ? words.showAll : words.showLess}
          </button>
        )}
        {state === "rejected" && (
          <p class="reason">
            {reason}{" "}
            <button class="quiet" type="button" onClick={() => acts.editAgain(line)}>
              {words.editAgain}
            </button>
          </p>
        )}
        {isSelected && line.message !== undefined && this.#tools()}
      </li>
    );
  }

  #head() {
    const { line, words, times } = this.props;
    const { message, lateMs } = line;
    const when = times.write(line.at);
    const time = (
      <time class="time" dateTime={when?.iso ?? ""} title={when?.exact ?? ""}>
        {when?.short ?? ""}
      </time>
    );
    return (
      <div class="head">
        <bdi class="name">{line.name}</bdi>{" "}
        {message === undefined ? (
          time
        ) : (
          <a class="when" href={addressOf(message.room, message.order)} tabIndex={-1}>
            {time}
          </a>
        )}{" "}
        {message !== undefined && (
          <span class="origin" title={words.postedIn(message.region)}>
            {message.region}
          </span>
        )}
        {message !== undefined && lateMs !== undefined && (
          <span class="late">{words.late(times.seconds(lateMs), message.region)}</span>
        )}
      </div>
    );
  }

  #state() {
    const { symbol, word, meaning } = stateWords(this.props.line.state, this.props.words);
    return (
      <span class="state" title={meaning}>
        <span class="symbol" aria-hidden="true">
          {symbol}
        </span>{" "}
        <span class="word">{word}</span>
      </span>
    );
  }

  #tools() {
    const { line, words, acts } = this.props;
    return (
      <span class="tools">
        <button class="quiet" type="button" onClick={() => acts.reply(line)}>
          {words.reply}
        </button>
        <button class="quiet" type="button" onClick={() => acts.journey(line)}>
          {words.journey}
        </button>
        <button class="quiet" type="button" onClick={() => acts.copyLink(line)}>
          {words.copyLink}
        </button>
      </span>
    );
  }
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
