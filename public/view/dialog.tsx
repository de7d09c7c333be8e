import { Component, createRef, h, type ComponentChildren } from "../preact/preact.mjs";
import { Icon } from "./icon.tsx";

interface DialogProps {
  readonly title: string;
  readonly closeWord: string;
  readonly closed: () => void;
  readonly children: ComponentChildren;
}

/** Something over the page. The browser keeps the focus in it, closes it on Escape and gives the focus back. */
export class Dialog extends Component<DialogProps> {
  readonly #dialog = createRef<HTMLDialogElement>();

  override componentDidMount(): void {
    this.#dialog.current?.showModal();
  }

  override render({ title, closeWord, closed, children }: DialogProps) {
    return (
      <dialog
        ref={this.#dialog}
        class="dialog"
        aria-labelledby="dialog-title"
        onClose={closed}
        onClick={(event) => {
          // What is not the dialog's content is the ground around it.
          if (event.target === event.currentTarget) event.currentTarget.close();
        }}
      >
        <div class="dialog-body">
          <div class="dialog-head">
            <h2 id="dialog-title">{title}</h2>
            <button
              class="icon"
              type="button"
              aria-label={closeWord}
              onClick={() => this.#dialog.current?.close()}
            >
              <Icon name="close" />
            </button>
          </div>
          {children}
        </div>
      </dialog>
    );
  }
}
