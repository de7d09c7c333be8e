import { EventEmitter } from "node:events";
import test from "ava";
import { endOnBug } from "../../server/last-resort.ts";
import { openLog } from "../../server/log.ts";
import { TestClock } from "./test-clock.ts";

class FakeProcess extends EventEmitter {
  readonly codes: number[] = [];

  exit(code: number): void {
    this.codes.push(code);
  }
}

for (const event of ["uncaughtException", "unhandledRejection"]) {
  test(`[A23] [A24] an ${event} ends the process with code 1 and one line that says where and quotes nothing`, (t) => {
    const lines: string[] = [];
    const log = openLog({
      format: "json",
      out: { write: (line) => lines.push(line) },
      clock: new TestClock(),
    });
    const process = new FakeProcess();
    endOnBug(process, log);
    process.emit(event, new TypeError("http://root:hunter2@couch.example said SECRET"));
    t.deepEqual(process.codes, [1]);
    t.is(lines.length, 1);
    t.like(JSON.parse(lines[0] ?? ""), { level: "error", event: "process-failed", error: "TypeError" });
    t.regex(lines[0] ?? "", /last-resort\.test\.ts/);
    t.notRegex(lines[0] ?? "", /hunter2|SECRET/);
    process.emit(event, "not even an error: hunter2");
    t.notRegex(lines.join(""), /hunter2/);
  });
}
