import test from "ava";
import { joinModules } from "../../server/joined-modules.ts";

type Modules = Readonly<Record<string, string>>;

const join = (modules: Modules) => joinModules("/page/main.js", (path) => modules[path]);

/** What the modules, joined, say by calling `say`, in its order. */
async function said(modules: Modules): Promise<readonly unknown[]> {
  const words: unknown[] = [];
  Reflect.set(globalThis, "say", (word: unknown) => words.push(word));
  await import(`data:text/javascript,${encodeURIComponent(join(modules)?.text ?? "")}`);
  return words;
}

test.serial(
  "each module is evaluated once, behind those it imports, in the order of the imports",
  async (t) => {
    const words = await said({
      "/page/main.js": 'import { b } from "./b/b.js";\nimport { a } from "./a.js";\nsay(`main ${a()} ${b}`);',
      "/page/a.js":
        'import { c as other } from "./c.js";\nsay("a");\nexport function a() {\n    return other.n;\n}',
      "/page/b/b.js": 'import { C, c } from "../c.js";\nsay("b");\nexport const b = c instanceof C;',
      "/page/c.js":
        'say("c");\nexport class C {\n    n = 7;\n}\nexport const c = new C();\n//# sourceMappingURL=c.js.map',
    });
    t.deepEqual(words, ["c", "b", "a", "main 7 true"]);
  },
);

test.serial("a name of one module means nothing in another; exports of every kind are there", async (t) => {
  const words = await said({
    "/page/main.js":
      'import { one, Two, three, four$ } from "./a.js";\nimport { one as mine } from "./b.js";\n' +
      "const own = 5;\nsay([one(), new Two() instanceof Two, await0(three), four$, mine(), own]);\n" +
      "function await0(asked) {\n    return asked() instanceof Promise;\n}",
    "/page/a.js":
      "const own = 1;\nexport function one() {\n    return own;\n}\nexport class Two extends Array {\n}\n" +
      "export async function three() {\n}\nexport const four$ = 4;",
    "/page/b.js": "const own = 2;\nexport function one() {\n    return own;\n}",
  });
  t.deepEqual(words, [[1, true, true, 4, 2, 5]]);
});

test("a package's module is still imported, once, by its path", (t) => {
  const joined = join({
    "/page/main.js": 'import { a } from "./view/a.js";\nimport { h } from "./preact/preact.mjs";\nh(a);',
    "/page/view/a.js": 'import { h } from "../preact/preact.mjs";\nexport const a = h;',
  });
  t.deepEqual(joined?.imports, ["/page/preact/preact.mjs"]);
  t.is(joined?.text.match(/^import .*"\/page\/preact\/preact\.mjs";$/gm)?.length, 1);
});

test("a module that stands apart is imported too, and gives what it exports", async (t) => {
  const modules: Modules = {
    "/page/main.js": 'import { a } from "./a.js";\na();',
    "/page/a.js": 'import { b } from "./b.js";\nexport function a() {\n    return b;\n}',
    "/page/b.js": "export const b = 3;",
  };
  const read = (path: string) => modules[path];
  const [main, apart] = ["/page/main.js", "/page/a.js"].map((path) =>
    joinModules(path, read, new Set(["/page/a.js", "/page/main.js"])),
  );
  t.deepEqual(main?.imports, ["/page/a.js"]);
  t.notRegex(main?.text ?? "", /const b|^export/m);
  t.deepEqual(apart?.imports, []);
  const { a }: { a?: () => number } = await import(
    `data:text/javascript,${encodeURIComponent(apart?.text ?? "")}`
  );
  t.is(a?.(), 3);
});

for (const [what, modules] of Object.entries<Modules>({
  "is missing": { "/page/main.js": 'import { a } from "./a.js";' },
  "imports itself in the end": {
    "/page/main.js": 'import { a } from "./a.js";',
    "/page/a.js": 'import { b } from "./b.js";\nexport const a = 1;',
    "/page/b.js": 'import { a } from "./a.js";\nexport const b = 1;',
  },
  "imports as a whole": { "/page/main.js": 'import * as a from "./a.js";', "/page/a.js": "export {};" },
  "imports a default": { "/page/main.js": 'import a from "./a.js";', "/page/a.js": "export {};" },
  "imports for effect": { "/page/main.js": 'import "./a.js";', "/page/a.js": "export {};" },
  "exports what may change": { "/page/main.js": "export let a = 1;" },
  "exports of another one": {
    "/page/main.js": 'export { a } from "./a.js";',
    "/page/a.js": "export const a = 1;",
  },
})) {
  test(`a module that ${what} is not joined`, (t) => t.is(join(modules), undefined));
}
