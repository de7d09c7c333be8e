import { branded, type Brand } from "../../sync/brand.ts";
import type { WireMessage } from "../../sync/message.ts";
import type { Mid } from "../../sync/names.ts";

/** One message of one author, under however many ids it stands. */
export type Authorship = Brand<"Authorship">;

interface Authored {
  readonly session: string;
  readonly mid: Mid;
}

export function authorship({ session, mid }: Authored): Authorship {
  return branded<Authorship>(`${session} ${mid}`);
}

export function authorshipOf({ sender, mid }: WireMessage): Authorship {
  return authorship({ session: sender.session, mid });
}

/** In the order given. */
export function byAuthorship<One extends Authored>(all: readonly One[]): Map<Authorship, One[]> {
  const groups = new Map<Authorship, One[]>();
  for (const one of all) {
    const author = authorship(one);
    const group = groups.get(author);
    if (group === undefined) groups.set(author, [one]);
    else group.push(one);
  }
  return groups;
}
