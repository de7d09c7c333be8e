import test from "ava";
import * as fc from "fast-check";
import { piecesOf, type Piece } from "../../../public/shown/pieces.ts";
import { quote } from "../../../public/shown/quote.ts";

const text = (words: string): Piece => ({ type: "text", text: words });
const link = (words: string, href = words): Piece => ({ type: "link", text: words, href });

test("[A1] addresses of the web are links, without what ends the sentence; nothing else is", (t) => {
  t.deepEqual(piecesOf("see https://example.org/a_(b), or (http://example.org/c)."), [
    text("see "),
    link("https://example.org/a_(b)"),
    text(", or ("),
    link("http://example.org/c"),
    text(")."),
  ]);
  for (const words of [
    "javascript:alert(1)",
    "data:text/html,hi",
    "https://",
    "www.example.org",
    "http:/x",
  ]) {
    t.deepEqual(piecesOf(words), [text(words)]);
  }
  t.deepEqual(piecesOf("HTTPS://EXAMPLE.org"), [link("HTTPS://EXAMPLE.org", "https://example.org/")]);
});

test("code, blocks and quotes are what their marks say, and unfinished marks are text", (t) => {
  t.deepEqual(piecesOf("use `npm start`, and `this"), [
    text("use "),
    { type: "code", text: "npm start" },
    text(", and `this"),
  ]);
  t.deepEqual(piecesOf("so:\n```\nlet a;\n\nlet b;\n```\nand"), [
    text("so:"),
    { type: "block", text: "let a;\n\nlet b;" },
    text("and"),
  ]);
  t.deepEqual(piecesOf("a ``` b"), [text("a ``` b")]);
  t.deepEqual(piecesOf("> Ana: is\n> it?\nyes"), [
    { type: "quote", pieces: [text("Ana: is\nit?")] },
    text("yes"),
  ]);
});

test("[A1] [I5] whatever is written, every character of it is shown but the marks, and every link leads to the web", (t) => {
  const some = fc.string({
    unit: fc.oneof(
      fc.constantFrom("`", "```", "> ", "\n", "https://a.b/", "javascript:", ")", "."),
      fc.string(),
    ),
  });
  fc.assert(
    fc.property(some, (words) => {
      const shown = (pieces: readonly Piece[]): string =>
        pieces.map((piece) => (piece.type === "quote" ? shown(piece.pieces) : piece.text)).join("");
      const check = (piece: Piece): void => {
        if (piece.type === "quote") piece.pieces.forEach(check);
        if (piece.type === "link") t.regex(piece.href, /^https?:\/\//);
      };
      const pieces = piecesOf(words);
      pieces.forEach(check);
      t.is(shown(pieces).replace(/[\s>`]/g, ""), words.replace(/[\s>`]/g, ""));
    }),
  );
});

test("a reply quotes who said what, cut, and not what was quoted itself", (t) => {
  t.is(quote("Ben", "one\ntwo"), "> Ben: one\n> two\n");
  t.is(quote("Ben", "> Ana: before\nafter"), "> Ben: after\n");
  t.is(quote("Ben", "🛋".repeat(300)), `> Ben: ${"🛋".repeat(200)} …\n`);
});
