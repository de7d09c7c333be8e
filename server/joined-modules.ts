import { posix } from "node:path";

/** A module with others written into it, and the paths of those that it still imports. */
export interface Joined {
  readonly text: string;
  readonly imports: readonly string[];
}

/** All the forms in which tsc writes what our modules take and give; `export let` is none of them. */
const IMPORT = /^import \{ (.+) \} from "(\..+)";$/gm;
const EXPORT = /^export (?=(?:async function|function|class|const) ([\w$]+))/gm;
const NOTHING = /^(?:export \{\};|\/\/# sourceMappingURL=.*)$/gm;
const OTHER = /^(?:import|export)\b/m;

/**
 * Writes a module and all that it imports into one, for on a slow line each request waits for its turn. Every module
 * becomes a function that is called once, in the order in which browsers evaluate modules, and returns what it
 * exports. `read` gives the text of a module by its path, like `/page/main.js`. Those of packages (`.mjs`) and those
 * `apart` are still imported. Undefined when a module is missing, is written in another form, or imports itself in the
 * end: then all of them have to be loaded one by one.
 */
export function joinModules(
  main: string,
  read: (path: string) => string | undefined,
  apart: ReadonlySet<string> = new Set(),
): Joined | undefined {
  const names = new Map<string, string>();
  const imports = new Map<string, string>();
  const functions = new Map<string, string>();

  /** Puts a module behind all that it imports. False when it cannot be joined. */
  function join(path: string): boolean {
    const known = names.get(path);
    if (known !== undefined) return imports.has(path) || functions.has(path);
    // No name of ours is like this.
    const name = `$${names.size}`;
    names.set(path, name);
    if (path.endsWith(".mjs") || (path !== main && apart.has(path))) {
      imports.set(path, `import * as ${name} from "${path}";`);
      return true;
    }
    const text = read(path);
    if (text === undefined || !importedBy(path, text).every(join)) return false;
    const body = bodyOf(path, text, names);
    functions.set(path, `const ${name} = (() => {\n${body}\nreturn { ${exportedBy(text)} };\n})();`);
    return !OTHER.test(body);
  }

  if (!join(main)) return undefined;
  const taken = exportedBy(read(main) ?? "");
  const exported = taken === "" ? [] : [`export const { ${taken} } = ${names.get(main)};`];
  return {
    text: [...imports.values(), ...functions.values(), ...exported].join("\n"),
    imports: [...imports.keys()],
  };
}

function importedBy(path: string, text: string): readonly string[] {
  return Array.from(text.matchAll(IMPORT), ([, , from = ""]) => pathOf(from, path));
}

function exportedBy(text: string): string {
  return Array.from(text.matchAll(EXPORT), ([, name]) => name).join(", ");
}

function bodyOf(path: string, text: string, names: ReadonlyMap<string, string>): string {
  const takenFrom = (_: string, taken: string, from: string): string =>
    `const { ${taken.replaceAll(" as ", ": ")} } = ${names.get(pathOf(from, path))};`;
  return text.replace(IMPORT, takenFrom).replace(EXPORT, "").replace(NOTHING, "").trim();
}

function pathOf(from: string, importer: string): string {
  return posix.join(posix.dirname(importer), from);
}
