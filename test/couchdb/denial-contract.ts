import test from "ava";
import { connect } from "../../couchdb/connect.ts";

/** Once in a run: the sixth wrong password in five minutes locks a real account out for as long. */
export function denialContract(name: string, url: string): void {
  test(`${name}: [S11] [A24] a wrong password is \`denied\`, and no fault repeats it`, async (t) => {
    const wrong = new URL(url);
    wrong.password = "planted-wrong-secret";
    const result = connect({ url: wrong.href, database: "settee-test-denied" });
    if (result.type === "malformed") throw new Error(result.remedy);
    t.teardown(() => result.store.close());
    const head = await result.store.head();
    t.is(head.type === "fault" && head.fault.code, "denied");
    t.false(JSON.stringify(head).includes("planted-wrong-secret"));
  });
}
