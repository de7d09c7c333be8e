import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { PROJECT } from "../project.ts";
import {
  PROBLEM_CODES,
  problemHeaders,
  problemKind,
  problemOf,
  refusal,
  wrongField,
} from "../../server/problem.ts";

test("every problem says what is wrong and what to do, and 429 and 503 when to come back", (t) => {
  for (const code of PROBLEM_CODES) {
    const refused = refusal(code);
    const problem = problemOf(refused);
    t.deepEqual(Object.keys(problem), ["type", "title", "status", "detail", "code"], code);
    t.regex(problem.detail, /\.$/, code);
    const isTemporary = problem.status === 503 || problem.status === 429;
    t.is("retry-after" in problemHeaders(refused), isTemporary, code);
    t.is(problemHeaders(refused)["content-type"], "application/problem+json; charset=utf-8");
    t.is(problemKind(code).status, problem.status);
  }
});

test("a wrong field is named in a member of its own", (t) => {
  t.like(problemOf(wrongField("text", "too long")), {
    code: "invalid-field",
    field: "text",
    detail: "text: too long",
  });
});

test("every problem is provoked by a test", (t) => {
  const directory = join(PROJECT, "test/server");
  const tests = readdirSync(directory).filter(
    (name) => name.endsWith(".test.ts") && name !== "problem.test.ts",
  );
  const source = tests.map((name) => readFileSync(join(directory, name), "utf8")).join("");
  for (const code of PROBLEM_CODES)
    t.true(source.includes(`"${code}"`) || source.includes(`"code":"${code}"`), code);
});
