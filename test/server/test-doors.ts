import { once } from "node:events";
import type { ExecutionContext } from "ava";
import { branded } from "../../sync/brand.ts";
import type { Mid } from "../../sync/names.ts";
import { Audience } from "../../server/audience.ts";
import { openDoors, type Doors, type DoorsOptions } from "../../server/app.ts";
import { DOOR_LIMITS, RATE_LIMITS, type DoorLimits } from "../../server/limits.ts";
import { openLog } from "../../server/log.ts";
import type { LoopDelay } from "../../server/pressure.ts";
import { openSigningKey, type SigningKeyPair } from "../../server/signing-key.ts";
import { json, postJson, type Answered } from "./client.ts";
import { FakeChat } from "./fake-chat.ts";
import { TestClock } from "./test-clock.ts";

export const ORIGIN = "0123456789abcdefghijklmnop";

/** A loop that is never late, and costs no measuring. */
const PROMPT: LoopDelay = { read: () => 0, close: () => undefined };

export interface TestDoors {
  readonly url: string;
  readonly port: number;
  readonly chat: FakeChat;
  readonly clock: TestClock;
  readonly doors: Doors;
  readonly audience: Audience;
  readonly signingKey: SigningKeyPair;
  /** Every line logged. */
  readonly lines: string[];
  /** A session's token, as the header that carries it. */
  signIn(name?: string): Promise<{ authorization: string }>;
  post(room: string, fields: unknown, headers: Readonly<Record<string, string>>): Promise<Answered>;
}

type Overrides = Partial<Omit<DoorsOptions, "chat" | "clock" | "config" | "limits" | "log">> & {
  limits?: Partial<DoorLimits>;
  config?: Partial<DoorsOptions["config"]>;
};

/** Doors to a fake chat, on a free port of the loopback, closed with the test. */
export async function openTestDoors(
  t: ExecutionContext,
  { limits, config, ...overrides }: Overrides = {},
): Promise<TestDoors> {
  const chat = new FakeChat();
  const clock = new TestClock();
  const lines: string[] = [];
  const log = openLog({ format: "json", out: { write: (line) => lines.push(line) }, clock });
  const signingKey = await openSigningKey(undefined);
  const audience = new Audience(clock);
  const doors = await openDoors({
    chat,
    audience,
    clock,
    log,
    signingKey,
    origin: ORIGIN,
    config: { publicUrl: undefined, corsOrigins: [], rates: RATE_LIMITS, ...config },
    pageDirectories: [],
    isReady: () => true,
    giveWay: () => undefined,
    loopDelay: PROMPT,
    ...overrides,
    limits: { ...DOOR_LIMITS, ...limits },
  });
  doors.server.listen(0, "127.0.0.1");
  await once(doors.server, "listening");
  t.teardown(async () => {
    doors.server.closeAllConnections();
    await doors.close(0);
    log.close();
  });
  const address = doors.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    chat,
    clock,
    doors,
    audience,
    signingKey,
    lines,
    async signIn(name = "Ada") {
      const token = json(await postJson(`${url}/api/v1/sessions`, { name }))["token"];
      return { authorization: `Bearer ${String(token)}` };
    },
    post: (room, fields, headers) => postJson(`${url}/api/v1/rooms/${room}/messages`, fields, headers),
  };
}

/** A mid for each number. */
export function midOf(n: number): Mid {
  return branded<Mid>(`018bcfe5-6800-7000-9000-${String(n).padStart(12, "0")}`);
}
