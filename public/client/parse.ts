import type { Attendance } from "../../sync/attendance.ts";
import type { Change, WireMessage } from "../../sync/message.ts";
import type {
  AgreementView,
  AuditView,
  HistoryAnswer,
  PostAnswer,
  Problem,
  ReaderEvent,
  RegionView,
  RegionsAnswer,
  SessionAnswer,
  StoreView,
  SyncAnswer,
} from "../../sync/wire.ts";
import { isMid, isOwnKey } from "./names.ts";
import type { OutboxChange, OutboxEntry } from "./outbox.ts";

/* What a region answered, and what a browser kept: `unknown` in, true types out. Fields that are not known are let through and ignored. */

type Check = (value: unknown) => boolean;
/** A check for every field of T, so that a field added to the wire does not compile until it is checked. */
type Checks<T> = { readonly [Field in keyof T]-?: Check };
type StateOf<Type extends OutboxEntry["state"]["type"]> = Extract<OutboxEntry["state"], { type: Type }>;
type Kind<Type extends ReaderEvent["type"]> = Extract<ReaderEvent, { type: Type }>;

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => Number.isFinite(value);
const is =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every((item) => check(item));

const countsByOrigin: Check = (value) => isRecord(value) && Object.values(value).every(isCount);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shaped<T>(checks: Checks<T>): (value: unknown) => value is T {
  const fields = Object.entries<Check>(checks);
  return (value): value is T => isRecord(value) && fields.every(([field, check]) => check(value[field]));
}

const isChange = shaped<Change>({ type: is("edit", "delete"), mid: isText });

const isMessage = shaped<WireMessage>({
  id: isText,
  mid: isText,
  room: isText,
  sender: shaped<WireMessage["sender"]>({ name: isText, session: isText }),
  text: isText,
  change: optional(isChange),
  at: isNumber,
  region: isText,
  order: isText,
  state: is("accepted", "stored"),
});

const isEvent: Readonly<Record<ReaderEvent["type"], (value: unknown) => value is ReaderEvent>> = {
  message: shaped<Kind<"message">>({
    type: is("message"),
    message: isMessage,
    lateMs: optional(isNumber),
  }),
  stored: shaped<Kind<"stored">>({ type: is("stored"), room: isText, mids: listOf(isText) }),
  rejected: shaped<Kind<"rejected">>({
    type: is("rejected"),
    room: isText,
    id: isText,
    mid: isText,
    reason: isText,
  }),
  deleted: shaped<Kind<"deleted">>({
    type: is("deleted"),
    room: isText,
    id: isText,
    mid: optional(isText),
    mayReturn: optional(is(true)),
  }),
  regions: shaped<Kind<"regions">>({ type: is("regions") }),
};
const eventChecks = Object.values(isEvent);

/** One we know and that is whole. Others are skipped: a newer region may say things this page has no word for. */
function isReaderEvent(value: unknown): value is ReaderEvent {
  return eventChecks.some((check) => check(value));
}

const isSyncFrame = shaped<Omit<SyncAnswer, "events"> & { readonly events: readonly unknown[] }>({
  events: listOf(() => true),
  cursor: isText,
  reset: optional(shaped<NonNullable<SyncAnswer["reset"]>>({ reason: isText })),
  incomplete: optional(listOf(isText)),
});

export function parseSync(value: unknown): SyncAnswer | undefined {
  return isSyncFrame(value) ? { ...value, events: value.events.filter(isReaderEvent) } : undefined;
}

const isPost = shaped<PostAnswer>({ message: isMessage });

export function parsePost(value: unknown): PostAnswer | undefined {
  return isPost(value) ? value : undefined;
}

const isHistory = shaped<HistoryAnswer>({
  messages: listOf(isMessage),
  before: optional(isText),
  after: optional(isText),
  incomplete: optional(is(true)),
});

export function parseHistory(value: unknown): HistoryAnswer | undefined {
  return isHistory(value) ? value : undefined;
}

const isRegion = shaped<RegionView>({
  name: isText,
  origin: isText,
  url: isText,
  state: is("here", "live", "silent", "retired"),
  at: isNumber,
  version: isText,
  written: isNumber,
  seen: countsByOrigin,
  connections: isNumber,
  here: optional(listOf(shaped<Attendance>({ room: isText, names: listOf(isText) }))),
  missing: countsByOrigin,
  agreement: optional(
    shaped<AgreementView>({ state: is("same", "different"), window: isNumber, at: isNumber }),
  ),
});

const isRegions = shaped<RegionsAnswer>({
  region: isText,
  store: shaped<StoreView>({
    state: is("opening", "live", "polling", "away", "refused", "missing"),
    waiting: isNumber,
  }),
  audit: shaped<AuditView>({
    isRunning: is(true, false),
    checkedAt: optional(isNumber),
    restored: isNumber,
    setback: optional(
      shaped<NonNullable<AuditView["setback"]>>({ what: is("emptied", "put-back"), at: isNumber }),
    ),
  }),
  regions: listOf(isRegion),
});

export function parseRegions(value: unknown): RegionsAnswer | undefined {
  return isRegions(value) ? value : undefined;
}

/** Of the answer to a session only what a client lives by; what a person keeps over a reload is checked by it too. */
export type Session = Pick<SessionAnswer, "token" | "session" | "name" | "region">;

const isSession = shaped<Session>({ token: isText, session: isText, name: isText, region: isText });

export function parseSession(value: unknown): Session | undefined {
  if (!isSession(value)) return undefined;
  const { token, session, name, region } = value;
  return { token, session, name, region };
}

const isEntry = shaped<OutboxEntry>({
  room: isText,
  mid: isText,
  text: isText,
  change: optional((value) => isOutboxChange(value)),
  name: isText,
  at: isNumber,
  session: optional(isSession),
  state: (value) => isWaiting(value) || isAccepted(value) || isRejected(value),
});
const isOutboxChange = shaped<OutboxChange>({
  type: is("edit", "delete"),
  mid: (value) => typeof value === "string" && isMid(value),
  order: optional((value) => typeof value === "string" && isOwnKey(value)),
});
const isWaiting = shaped<StateOf<"waiting">>({
  type: is("waiting"),
  wasPosted: optional(is(true)),
  wasAccepted: optional(is(true)),
});
const isAccepted = shaped<StateOf<"accepted">>({ type: is("accepted") });
const isRejected = shaped<StateOf<"rejected">>({
  type: is("rejected"),
  reason: isText,
  cause: optional(is("session-ended")),
});

/** What another page, or this one before it was closed, has put on the shelf. */
export function parseEntry(value: unknown): OutboxEntry | undefined {
  return isEntry(value) ? value : undefined;
}

const isProblem = shaped<Pick<Problem, "code" | "detail">>({ code: isText, detail: isText });

export function parseProblem(value: unknown): Pick<Problem, "code" | "detail"> | undefined {
  return isProblem(value) ? value : undefined;
}
