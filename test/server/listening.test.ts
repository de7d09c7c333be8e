import { createServer, type Server } from "node:http";
import test, { type ExecutionContext } from "ava";
import { listen } from "../../server/listening.ts";

test("a port that was not asked for is the first free one from there on", async (t) => {
  const [first, second] = [server(t), server(t)];
  const taken = await listen(first, "127.0.0.1", 0, true);
  if (taken.type !== "listening") return t.fail(taken.reason);
  const next = await listen(second, "127.0.0.1", taken.port, false);
  if (next.type !== "listening") return t.fail(next.reason);
  t.true(next.port > taken.port);
});

test("a port that was asked for and is taken is a mistake with a remedy", async (t) => {
  const [first, second] = [server(t), server(t)];
  const taken = await listen(first, "127.0.0.1", 0, true);
  if (taken.type !== "listening") return t.fail(taken.reason);
  const refused = await listen(second, "127.0.0.1", taken.port, true);
  t.deepEqual(refused, {
    type: "failed",
    reason: `Port ${taken.port} is taken: give another one with PORT, or leave PORT out to take the next free one.`,
  });
});

test("[C11] a crowd that comes back at once finds room to knock", async (t) => {
  const crowded = server(t);
  const asked: unknown[][] = [];
  const listening = new Proxy(crowded.listen.bind(crowded), {
    apply(target, _, how: unknown[]) {
      asked.push(how);
      return Reflect.apply(target, undefined, how);
    },
  });
  Object.assign(crowded, { listen: listening });
  t.is((await listen(crowded, "127.0.0.1", 0, true)).type, "listening");
  t.deepEqual(asked, [[0, "127.0.0.1", 4_096]]);
});

test("an address of another machine is a mistake with a remedy", async (t) => {
  const refused = await listen(server(t), "192.0.2.1", 0, true);
  t.is(refused.type, "failed");
  t.regex(refused.type === "failed" ? refused.reason : "", /Look at HOST and PORT/);
});

function server(t: ExecutionContext): Server {
  const made = createServer();
  t.teardown(() => made.close());
  return made;
}
