/** What a message's text is made of, for the eye. Whatever is in it stays text: nothing here is markup. */
export type Piece =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "link"; readonly text: string; readonly href: string }
  | { readonly type: "code"; readonly text: string }
  | { readonly type: "block"; readonly text: string }
  | { readonly type: "quote"; readonly pieces: readonly Piece[] };

const FENCE = "```";
const QUOTE = "> ";
const CODE_OR_LINK = /`([^`\n]+)`|https?:\/\/[^\s<>"`]+/gi;
/** What ends a sentence rather than an address. */
const AFTER_LINK = ".,;:!?'’”»*_";

/** Links, `code`, fenced blocks and quoted lines; everything else as it is. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const parts = text.split(FENCE);
  // An opened fence that nobody closed is no fence.
  if (parts.length % 2 === 0) parts.push([parts.pop(), parts.pop()].toReversed().join(FENCE));
  for (const [place, part] of parts.entries()) {
    if (place % 2 === 1) pieces.push({ type: "block", text: withoutEdges(part) });
    // A block begins and ends its own line.
    else pieces.push(...quotedOrNot(part, { follows: place > 0, precedes: place < parts.length - 1 }));
  }
  return pieces;
}

/** Whether a block stands before this text, and after it. */
interface Neighbours {
  readonly follows: boolean;
  readonly precedes: boolean;
}

function quotedOrNot(text: string, { follows, precedes }: Neighbours): readonly Piece[] {
  const lines = text.split("\n");
  if (follows && lines[0] === "") lines.shift();
  if (precedes && lines.at(-1) === "") lines.pop();
  const pieces: Piece[] = [];
  let run: string[] = [];
  let isQuote = false;
  const end = (): void => {
    if (run.length === 0) return;
    const inline = inlineOf(run.join("\n"));
    if (isQuote) pieces.push({ type: "quote", pieces: inline });
    else pieces.push(...inline);
    run = [];
  };
  for (const line of lines) {
    if (line.startsWith(QUOTE) !== isQuote) {
      end();
      isQuote = !isQuote;
    }
    run.push(isQuote ? line.slice(QUOTE.length) : line);
  }
  end();
  return pieces;
}

function inlineOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const upTo = (end: number): void => {
    if (end > at) pieces.push({ type: "text", text: text.slice(at, end) });
  };
  for (const found of text.matchAll(CODE_OR_LINK)) {
    const [whole, code] = found;
    const piece: Piece | undefined = code === undefined ? linkOf(whole) : { type: "code", text: code };
    if (piece === undefined) continue;
    upTo(found.index);
    pieces.push(piece);
    at = found.index + (piece.type === "code" ? whole.length : piece.text.length);
  }
  upTo(text.length);
  return pieces;
}

/** http and https only (A1), and only what a browser takes for an address. */
function linkOf(found: string): Extract<Piece, { type: "link" }> | undefined {
  let end = found.length;
  while (end > 0 && endsBefore(found, end)) end--;
  const text = found.slice(0, end);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "http:" || url?.protocol === "https:"
    ? { type: "link", text, href: url.href }
    : undefined;
}

function endsBefore(text: string, end: number): boolean {
  const last = text.charAt(end - 1);
  if (AFTER_LINK.includes(last)) return true;
  // A bracket belongs to the address if it was opened in it.
  if (last === ")") return !text.slice(0, end).includes("(");
  return last === "]" && !text.slice(0, end).includes("[");
}

function withoutEdges(block: string): string {
  return block.replace(/^\n/, "").replace(/\n$/, "");
}
