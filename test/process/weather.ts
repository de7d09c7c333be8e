/** What a cable does to what it carries. */
export type Weather =
  | { readonly type: "whole" }
  /** Every connection ends, and new ones too. */
  | { readonly type: "cut" }
  /** The same, but with a reset instead of a goodbye. */
  | { readonly type: "reset" }
  /** Half-open: connections stay, nothing passes, nobody is told, not even that the other end has gone. */
  | { readonly type: "dead" }
  /** Takes what it is sent, and never answers. */
  | { readonly type: "mute" }
  /** Every piece comes so much later. */
  | { readonly type: "late"; readonly delayMs: number }
  | { readonly type: "narrow"; readonly bytesPerSecond: number }
  /** Each connection is reset after so many bytes of answers, in the middle of whatever it is. */
  | { readonly type: "brittle"; readonly bytes: number }
  /** Whoever asks is told that his password is wrong. */
  | { readonly type: "denying" };

/** Something to wait for on a cable. Afterwards the line it happened on carries nothing more. */
export interface Trap {
  /** The request holds this… */
  readonly asked: string;
  /** …and the answer this; empty for any answer. */
  readonly answered: string;
  /** So much of that piece of the answer still passes. */
  readonly passBytes: number;
  spring(): void;
}
