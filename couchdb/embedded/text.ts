import { leafName, type Tree } from "./tree.ts";

/**
 * A document as clients receive it: the first branch, with the names of the live others in `_conflicts` where that
 * was asked for. Contents are texts from the disk to the socket: nothing parses them on the way.
 */
export function documentText(id: string, [shown, ...losers]: Tree, conflicts = false): string {
  const members = [`"_id":${JSON.stringify(id)}`, `"_rev":${JSON.stringify(leafName(shown))}`];
  if (shown.body !== "{}") members.push(shown.body.slice(1, -1));
  if (shown.deleted) members.push('"_deleted":true');
  const live = losers.filter((branch) => !branch.deleted);
  if (conflicts && live.length > 0) members.push(`"_conflicts":${JSON.stringify(live.map(leafName))}`);
  return `{${members.join(",")}}`;
}
