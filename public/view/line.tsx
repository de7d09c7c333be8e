import { Component, createRef, h } from "../preact/preact.mjs";
import type { Line } from "../shown/lines.ts";
import { failureWords, stateWords } from "../shown/state-words.ts";
import type { TimeWriter } from "../shown/time-words.ts";
import type { Words } from "../words/english.ts";
import { lazily } from "../words/lazily.ts";
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
  readonly isEditing: boolean;
  readonly words: Words;
  readonly times: TimeWriter;
  readonly acts: Acts;
}

/** One message. Its nodes stay the same ones for as long as it is shown, and are left alone while it stays the same. */
export class LineView extends Component<LineProps> {
  readonly #node = createRef<HTMLLIElement>();

  override shouldComponentUpdate(next: LineProps): boolean {
    const now = this.props;
    return (
      next.line !== now.line ||
      next.isContinued !== now.isContinued ||
      next.isSelected !== now.isSelected ||
      next.isUnfolded !== now.isUnfolded ||
      next.isFound !== now.isFound ||
      next.isEditing !== now.isEditing ||
      next.words !== now.words
    );
  }

  override getSnapshotBeforeUpdate(): boolean {
    return this.#node.current?.contains(document.activeElement) === true;
  }

  /** A button that goes takes the focus with it: then the line has it. */
  override componentDidUpdate(_props: LineProps, _state: object, hadFocus: boolean): void {
    if (hadFocus && document.activeElement === document.body) this.#node.current?.focus();
  }

  /** Who moves the pointer selects; below one that rests, lines come and go when the list is scrolled. */
  override render(props: LineProps) {
    const { line, isContinued, isSelected, isUnfolded, isFound, isEditing, words, acts } = props;
    const { name, mid, message, state, isMine, isAction, isLong, reason, editedAt, withdrawnAt } = line;
    const isFolded = isLong && !isUnfolded;
    return (
      <li
        ref={this.#node}
        class="line"
        tabIndex={-1}
        data-mid={mid}
        data-state={state}
        data-mine={isMine}
        data-continued={isContinued}
        data-action={isAction}
        data-selected={isSelected}
        data-found={isFound}
        data-editing={isEditing}
        data-withdrawn={withdrawnAt !== undefined}
        data-hue={hueOf(name)}
        onMouseMove={() => acts.select(line)}
        onFocusIn={() => acts.select(line)}
        onClick={() => acts.select(line)}
      >
        <span class="avatar" aria-hidden="true">
          {initialOf(name)}
        </span>
        {this.#head()}
        <div class="text" dir="auto" data-folded={isFolded}>
          {isAction && <bdi class="actor">{name} </bdi>}
          {withdrawnAt === undefined
            ? textOf(line.pieces)
            : this.#changed(words.takenBack, words.takenBackAt, withdrawnAt)}
        </div>
        {withdrawnAt === undefined &&
          editedAt !== undefined &&
          this.#changed(words.edited, words.editedAt, editedAt)}
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
        {this.#failed()}
        {isSelected && (message !== undefined || line.mayChange) && this.#tools()}
      </li>
    );
  }

  /** In a word, and with the time for who looks closer or listens. */
  #changed(word: string, inFull: (time: string) => string, at: number) {
    const sentence = inFull(this.props.times.write(at)?.exact ?? "");
    return (
      <span class="changed" title={sentence}>
        <span class="changed-word" aria-hidden="true">
          {word}
        </span>
        <span class="changed-when">{sentence}</span>
      </span>
    );
  }

  /** What somebody wanted to do to a line of theirs and no region took. */
  #failed() {
    const { line, words, acts } = this.props;
    const { failed } = line;
    if (failed === undefined) return null;
    return (
      <p class="reason">
        {failureWords(failed, words)}{" "}
        {failed.change?.type === "edit" && (
          <button class="quiet" type="button" onClick={() => acts.editAgain(line)}>
            {words.editAgain}
          </button>
        )}
        <button class="quiet" type="button" onClick={() => acts.discardChange(line)}>
          {words.discard}
        </button>
      </p>
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
          <span class="late">{words.late(times.lasting(lateMs), message.region)}</span>
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
    const { message, mayChange, withdrawnAt } = line;
    const isThere = message !== undefined;
    const tools: readonly (readonly [isOffered: boolean, what: string, act: (line: Line) => void])[] = [
      [isThere && withdrawnAt === undefined, words.reply, (one) => acts.reply(one)],
      [mayChange, words.edit, (one) => acts.edit(one)],
      [mayChange, words.takeBack, (one) => acts.askTakeBack(one)],
      [isThere, words.journey, (one) => acts.journey(one)],
      [isThere, words.copyLink, (one) => acts.copyLink(one)],
    ];
    return (
      <span class="tools">
        {tools.map(
          ([isOffered, what, act]) =>
            isOffered && (
              <button key={what} class="quiet" type="button" onClick={() => act(line)}>
                {what}
              </button>
            ),
        )}
      </span>
    );
  }
}

const segmenter = lazily(() => new Intl.Segmenter());
/** Nothing that follows can belong to its first character: most names need no segmenter. */
const PLAIN = /^[!-~](?:[ -~]|$)/;

function initialOf(name: string): string {
  const [first] = PLAIN.test(name) ? name : Array.from(segmenter().segment(name), ({ segment }) => segment);
  return first?.toLocaleUpperCase() ?? "";
}

/** The same name has the same colour on every page. */
function hueOf(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = (hash * 31 + name.charCodeAt(at)) >>> 0;
  return hash % HUES;
}
