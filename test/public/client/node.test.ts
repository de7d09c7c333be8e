import test, { type ExecutionContext } from "ava";
import { Client } from "../../../public/client/client.ts";
import type { ClientEvent } from "../../../public/client/events.ts";
import { webPlatform } from "../../../public/client/platform.ts";
import { until } from "../../process/until.ts";
import { openTestRegion } from "../../server/test-region.ts";
import { lobby } from "../messages.ts";

/** A client as a program has it: by its public parts only, against a whole region. */
function openProgram(t: ExecutionContext, base: string, name: string) {
  const events: ClientEvent[] = [];
  const client = new Client({ platform: webPlatform, base, listen: (event) => events.push(event) });
  t.teardown(client.start());
  client.signIn(name);
  client.follow([lobby]);
  const texts = (): readonly string[] =>
    events.flatMap((event) =>
      event.type === "received"
        ? event.answer.events.flatMap((one) => (one.type === "message" ? [one.message.text] : []))
        : [],
    );
  const waiting = (): number | undefined =>
    events.findLast((event) => event.type === "outboxChanged")?.entries.length;
  return { client, texts, waiting };
}

test("[I1] [I2] two programs talk through a region: each message is received once, and leaves the outbox when stored", async (t) => {
  const { url, clock } = await openTestRegion(t);
  const [ana, ben] = [openProgram(t, url, "Ana"), openProgram(t, url, "Ben")];
  t.true(ana.client.post(lobby, "Is the kettle on?"));
  await until(async () => {
    clock.pass(1);
    return ben.texts().length === 1 && ana.waiting() === 0;
  });
  ben.client.post(lobby, "It sings.");
  await until(async () => {
    clock.pass(1);
    return ana.texts().length === 2 && ben.waiting() === 0;
  });
  for (const { texts } of [ana, ben]) t.deepEqual(texts(), ["Is the kettle on?", "It sings."]);
});
