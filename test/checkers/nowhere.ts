import { isSameChange, type Change, type WireMessage } from "../../sync/message.ts";
import { authorship, authorshipOf, byAuthorship, type Authorship } from "./authorship.ts";
import type { Answer, Attempt, History } from "./history.ts";
import { isSameMessage } from "./screen.ts";
import { ofMessages, type Violation } from "./violation.ts";

/** A refusal that leaves it open whether the message is or was shown somewhere. */
const OPEN_REFUSALS: ReadonlySet<string> = new Set(["cannot-store", "rejected"]);

/** What an author meant, and every text that it posted and that was not turned away. */
interface Meant {
  readonly room: string;
  readonly sender: string;
  readonly change: Change | undefined;
  readonly texts: ReadonlySet<string>;
}

/**
 * I5: nothing is shown that nobody said: every message that anybody was ever handed, acknowledged or shown was posted
 * so, byte by byte, or typed in so by the admin.
 */
export function fromNowhere(history: History): Violation[] {
  const meant = meantBy(history);
  const typed = history.deeds.flatMap((deed) => (deed.type === "typed" ? deed.message : []));
  const isKnown = (message: WireMessage): boolean =>
    isMeant(message, meant.get(authorshipOf(message))) || typed.some((one) => isSameMessage(one, message));
  const judge = (messages: readonly WireMessage[], where: string): Violation[] => {
    const unknown = messages.filter((message) => !isKnown(message));
    return ofMessages("I5", unknown, `${where} that nobody said so.`);
  };
  const mistaken = history.attempts.filter((attempt) => isMistaken(attempt, typed));
  return [
    ...ofMessages("I5", mistaken, "acknowledged with another text than was posted."),
    ...judge(acknowledged(history.attempts), "acknowledged"),
    ...history.readers.flatMap(({ client, handed }) =>
      judge(
        handed.flatMap(({ event }) => (event.type === "message" ? event.message : [])),
        `handed to ${client}`,
      ),
    ),
    ...history.finals.flatMap(({ region, messages }) => judge(messages, `shown by ${region}`)),
  ];
}

function meantBy({ said, attempts }: History): Map<Authorship, Meant> {
  const attemptsOf = byAuthorship(attempts);
  return new Map(
    said.map((one) => {
      const author = authorship(one);
      const taken = attemptsOf.get(author)?.filter(({ answer }) => mayBeShown(answer));
      const texts = new Set(taken?.map(({ text }) => text));
      return [author, { room: one.room, sender: one.sender, change: one.change, texts }];
    }),
  );
}

function mayBeShown(answer: Answer | undefined): boolean {
  return answer?.type !== "refused" || OPEN_REFUSALS.has(answer.code);
}

function isMeant({ room, sender, text, change }: WireMessage, meant: Meant | undefined): boolean {
  return (
    meant?.room === room &&
    meant.sender === sender.name &&
    isSameChange(meant.change, change) &&
    meant.texts.has(text)
  );
}

/** Its author believes that this text was taken, and another one was. */
function isMistaken({ text, answer }: Attempt, typed: readonly WireMessage[]): boolean {
  if (answer?.type !== "acknowledged" || answer.message.text === text) return false;
  return !typed.some(({ id }) => id === answer.message.id);
}

function acknowledged(attempts: readonly Attempt[]): WireMessage[] {
  return attempts.flatMap(({ answer }) => (answer?.type === "acknowledged" ? answer.message : []));
}
