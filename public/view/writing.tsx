import { Component, createRef, h, type RefObject } from "../preact/preact.mjs";
import type { View } from "./acts.ts";
import { keptDraft } from "./kept.ts";

/** So much of a message is said to name it. */
const NAMED_LENGTH = 80;

/** Asks for a nickname, once. */
export class SignIn extends Component<View> {
  readonly #field = createRef<HTMLInputElement>();

  override componentDidMount(): void {
    this.#field.current?.focus();
    this.#field.current?.select();
  }

  override render({ stance, words, acts }: View) {
    return (
      <form
        id="sign-in"
        class="sign-in"
        onSubmit={(event) => {
          event.preventDefault();
          const name = this.#field.current?.value.trim() ?? "";
          if (name !== "") acts.enter(name);
        }}
      >
        <label for="name">{words.chooseName}</label>
        <div class="field">
          <input
            ref={this.#field}
            id="name"
            name="name"
            defaultValue={stance.asked?.name ?? ""}
            maxLength={64}
            required
            autocomplete="nickname"
            autocapitalize="words"
            spellcheck={false}
            dir="auto"
            aria-describedby="name-fault"
          />
          <button type="submit">{words.join}</button>
        </div>
        <p id="name-fault" class="fault" role="alert">
          {stance.asked?.fault}
        </p>
      </form>
    );
  }
}

export interface ComposerProps extends View {
  /** Holds the composer while somebody may write. */
  readonly self: RefObject<Composer | null>;
}

/** Where one writes. Enter sends, Shift+Enter starts a line, and composing a character sends nothing. */
export class Composer extends Component<ComposerProps> {
  readonly #text = createRef<HTMLTextAreaElement>();
  /** What was being written when one began to edit. */
  #draft = "";

  override componentDidMount(): void {
    this.props.self.current = this;
    this.#take(keptDraft(this.props.picture.room));
    this.#text.current?.focus();
  }

  override componentWillUnmount(): void {
    this.props.self.current = null;
  }

  override componentDidUpdate(before: ComposerProps): void {
    const { picture, stance } = this.props;
    if (before.picture.room !== picture.room) return this.#take(keptDraft(picture.room));
    if (before.stance.editing === stance.editing) return;
    if (before.stance.editing === undefined) this.#draft = this.#text.current?.value ?? "";
    this.#take(stance.editing?.text ?? this.#draft);
    this.focus();
  }

  override render({ picture, stance, words, acts }: ComposerProps) {
    const { editing } = stance;
    return (
      <form
        id="composer"
        class="composer"
        data-editing={editing !== undefined}
        onSubmit={(event) => {
          event.preventDefault();
          this.#send();
        }}
      >
        <label for="text" class="unseen">
          {words.message}
        </label>
        {editing !== undefined && (
          <p id="editing" class="editing">
            <span class="editing-what">{words.editing(beginningOf(editing.text))}</span>
            <button class="quiet" type="button" onClick={() => acts.leaveEditing()}>
              {words.cancel}
            </button>
          </p>
        )}
        <div class="field">
          <textarea
            ref={this.#text}
            id="text"
            name="text"
            rows={1}
            enterkeyhint="send"
            autocomplete="off"
            placeholder={words.messageTo(picture.room)}
            aria-describedby={editing === undefined ? "keys composer-fault" : "editing keys composer-fault"}
            onInput={() => this.#changed()}
            onKeyDown={(event) => {
              // Safari ends a composition before its Enter comes; 229 is what it then still says (UI Events §7.3.1).
              const isComposing = event.isComposing || event.keyCode === 229;
              if (isComposing || !this.#press(event)) return;
              event.preventDefault();
            }}
          />
          <button type="submit">{editing === undefined ? words.send : words.save}</button>
        </div>
        <div class="under">
          <p class="as">
            <span id="as">{words.writingAs(stance.name ?? "")}</span>{" "}
            <button id="rename" class="quiet" type="button" onClick={() => acts.rename()}>
              {words.changeName}
            </button>
          </p>
          <p id="keys" class="keys">
            {editing === undefined ? words.keyHint : words.editingKeyHint}
          </p>
        </div>
        <p id="composer-fault" class="fault" role="alert">
          {stance.fault}
        </p>
      </form>
    );
  }

  /** Puts a text before what is being written, or after it, and the cursor behind both. */
  put(text: string, where: "before" | "after"): void {
    const field = this.#text.current;
    if (field === null) return;
    const between = field.value === "" || text.endsWith("\n") ? "" : "\n";
    this.#take(where === "before" ? text + field.value : field.value + between + text);
    this.#changed();
    field.focus();
  }

  focus(): void {
    this.#text.current?.focus();
  }

  /** Whether the key means something here. */
  #press({ key, shiftKey, altKey }: KeyboardEvent): boolean {
    const { acts, stance } = this.props;
    if (key === "Enter" && !shiftKey) this.#send();
    else if (key === "Escape" && stance.editing !== undefined) acts.leaveEditing();
    else if (key === "ArrowUp" && !altKey && this.#text.current?.value === "" && stance.editing === undefined)
      acts.editLast();
    else return false;
    return true;
  }

  #take(text: string): void {
    const field = this.#text.current;
    if (field === null) return;
    field.value = text;
    this.#fit();
  }

  #send(): void {
    const field = this.#text.current;
    const text = field?.value.trim() ?? "";
    if (this.props.stance.editing !== undefined) return this.props.acts.save(text);
    if (field === null || text === "" || !this.props.acts.write(text)) return;
    field.value = "";
    this.#changed();
  }

  #changed(): void {
    if (this.props.stance.editing === undefined) this.props.acts.drafted(this.#text.current?.value ?? "");
    this.#fit();
  }

  /** As high as its text; style.css says where that ends. */
  #fit(): void {
    const field = this.#text.current;
    if (field === null) return;
    // While nothing is written, what it says itself has the direction of the page.
    field.dir = field.value === "" ? "" : "auto";
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }
}

/** Enough to know which message is meant. */
function beginningOf(text: string): string {
  const characters = Array.from(text.replace(/\s+/g, " ").slice(0, 2 * NAMED_LENGTH));
  return characters.length > NAMED_LENGTH
    ? `${characters.slice(0, NAMED_LENGTH).join("")} …`
    : characters.join("");
}
