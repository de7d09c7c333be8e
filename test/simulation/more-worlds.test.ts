import test from "ava";
import { failuresOf } from "./failures.ts";

test("[I1] [I2] [I3] [I4] [I5] [I7] [I8] [I9] [I10] every promise is kept in the worlds of seeds 501 to 1000", (t) => {
  t.timeout(300_000, "five hundred worlds");
  t.deepEqual(failuresOf(501, 500), []);
});
