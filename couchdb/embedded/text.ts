/**
 * A document as clients receive it. Contents are texts from the disk to the socket: nothing parses them on the
 * way. `extra` are further members, as JSON texts.
 */
export function documentText(
  id: string,
  rev: string,
  body: string,
  extra: readonly (readonly [name: string, json: string])[] = [],
): string {
  const head = `{"_id":${JSON.stringify(id)},"_rev":${JSON.stringify(rev)}`;
  const own = body === "{}" ? "" : `,${body.slice(1, -1)}`;
  return `${head}${own}${extra.map(([name, json]) => `,"${name}":${json}`).join("")}}`;
}
