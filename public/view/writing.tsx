import { Component, createRef, h, type RefObject } from "../preact/preact.mjs";
import type { View } from "./acts.ts";
import { keptDraft } from "./kept.ts";

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

  override componentDidMount(): void {
    this.props.self.current = this;
    this.#take(keptDraft(this.props.picture.room));
    this.#text.current?.focus();
  }

  override componentWillUnmount(): void {
    this.props.self.current = null;
  }

  override componentDidUpdate(before: ComposerProps): void {
    if (before.picture.room !== this.props.picture.room) this.#take(keptDraft(this.props.picture.room));
  }

  override render({ picture, stance, words, acts }: ComposerProps) {
    return (
      <form
        id="composer"
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          this.#send();
        }}
      >
        <label for="text" class="unseen">
          {words.message}
        </label>
        <div class="field">
          <textarea
            ref={this.#text}
            id="text"
            name="text"
            rows={1}
            enterkeyhint="send"
            autocomplete="off"
            placeholder={words.messageTo(picture.room)}
            aria-describedby="keys composer-fault"
            onInput={() => this.#changed()}
            onKeyDown={(event) => {
              // Safari ends a composition before its Enter comes; 229 is what it then still says (UI Events §7.3.1).
              const isComposing = event.isComposing || event.keyCode === 229;
              if (event.key !== "Enter" || event.shiftKey || isComposing) return;
              event.preventDefault();
              this.#send();
            }}
          />
          <button type="submit">{words.send}</button>
        </div>
        <div class="under">
          <p class="as">
            <span id="as">{words.writingAs(stance.name ?? "")}</span>{" "}
            <button id="rename" class="quiet" type="button" onClick={() => acts.rename()}>
              {words.changeName}
            </button>
          </p>
          <p id="keys" class="keys">
            {words.keyHint}
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

  #take(text: string): void {
    const field = this.#text.current;
    if (field === null) return;
    field.value = text;
    this.#fit();
  }

  #send(): void {
    const field = this.#text.current;
    const text = field?.value.trim() ?? "";
    if (field === null || text === "" || !this.props.acts.write(text)) return;
    field.value = "";
    this.#changed();
  }

  #changed(): void {
    this.props.acts.drafted(this.#text.current?.value ?? "");
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
