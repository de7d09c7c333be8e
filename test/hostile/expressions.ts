import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A regular expression as it stands in a source. */
export interface Literal {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** What may stand before an expression; after anything else a slash divides. */
const BEFORE = /(?:^|[(,=:[!&|?{};+\n]|=>|\breturn|\btypeof|\bcase)\s*$/;
/** Comments, strings, braces, then an expression: its body, in which a class may hold a slash, and its flags. */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[`{}]|\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/g;
/** The text of a template, up to its end or its next hole. */
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|(\$\{))/y;

/** Every regular expression literal below the folders. */
export function literalsBelow(root: string, folders: readonly string[]): readonly Literal[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:ts|mjs)$/.test(name))
      .flatMap((name) => literalsOf(`${folder}/${name}`, readFileSync(join(root, folder, name), "utf8"))),
  );
}

export function literalsOf(place: string, text: string): readonly Literal[] {
  const literals: Literal[] = [];
  const open: ("block" | "hole")[] = [];
  let at = 0;

  function skipTemplate(): void {
    TEMPLATE.lastIndex = at;
    const isHole = TEMPLATE.exec(text)?.[1] !== undefined;
    at = TEMPLATE.lastIndex;
    if (isHole) open.push("hole");
  }

  for (;;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (token === null) return literals;
    const [whole, source, flags = ""] = token;
    at = TOKEN.lastIndex;
    if (whole === "{") open.push("block");
    else if (whole === "`" || (whole === "}" && open.pop() === "hole")) skipTemplate();
    else if (source !== undefined) {
      const before = text.slice(Math.max(0, token.index - 80), token.index);
      if (BEFORE.test(before)) literals.push({ place, source, flags });
      // A division: what stands behind it may begin something else.
      else at = token.index + 1;
    }
  }
}
