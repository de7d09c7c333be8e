import type { Piece } from "../shown/pieces.ts";
import { h, type ComponentChild } from "../preact/preact.mjs";

/** What a message says. Every piece becomes a text node: nothing anybody wrote is ever markup (A1). */
export function textOf(pieces: readonly Piece[]): ComponentChild[] {
  return pieces.map((piece) => {
    switch (piece.type) {
      case "text":
        return piece.text;
      case "link":
        return (
          <a class="link" href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        );
      case "code":
        return <code>{piece.text}</code>;
      case "block":
        return (
          <pre tabIndex={0} dir="ltr">
            <code>{piece.text}</code>
          </pre>
        );
      case "quote":
        return <blockquote>{textOf(piece.pieces)}</blockquote>;
    }
  });
}
