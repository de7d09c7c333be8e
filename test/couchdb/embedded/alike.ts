import { rowsOf, type Answered } from "./replay.ts";

/** What differs from server to server, and what the embedded one says of itself. */
const OWN = new Set(
  "instance_start_time ref uuid sizes purge_seq update_seq cluster couchdb version git_sha features vendor offset".split(
    " ",
  ),
);
const HEX32 = /^[0-9a-f]{32}$/;

/** Undefined when the answers are alike by the README's rules, else what is not. */
export function difference(
  recorded: Answered,
  now: Answered,
  options: { ordered: boolean; exact: boolean },
): string | undefined {
  if (recorded.status !== now.status)
    return `status ${recorded.status}, now ${now.status} ${now.text.slice(0, 200)}`;
  const etag = recorded.headers["etag"];
  if (etag && /^"\d+-/.test(etag) && now.headers["etag"] !== etag)
    return `etag ${etag}, now ${now.headers["etag"]}`;
  for (const name of ["content-type", "allow"]) {
    if (recorded.headers[name] !== now.headers[name])
      return `${name} ${recorded.headers[name]}, now ${now.headers[name]}`;
  }
  const isFeed = /"last_seq":|^\{"seq":/m.test(recorded.text);
  return isFeed ? feedDifference(recorded.text, now.text, options) : bodyDifference(recorded.text, now.text);
}

function bodyDifference(recorded: string, now: string): string | undefined {
  if (recorded === now) return undefined;
  const [a = "", b = ""] = [recorded, now].map((text) => JSON.stringify(normal(parse(text))));
  return a === b ? undefined : `${a.slice(0, 600)}, now ${b.slice(0, 600)}`;
}

function feedDifference(
  recorded: string,
  now: string,
  options: { ordered: boolean; exact: boolean },
): string | undefined {
  const texts = [recorded, now].map((text) => rowsOf(text).map((row) => JSON.stringify(normal(row))));
  const [a = [], b = []] = options.ordered ? texts : texts.map((rows) => rows.sort());
  if (a.join("\n") !== b.join("\n")) return `rows ${a.join().slice(0, 600)}, now ${b.join().slice(0, 600)}`;
  const [endA, endB] = [recorded, now].map((text) => /"last_seq":"(\d+)-/.exec(text)?.[1]);
  if (endA !== endB) return `last_seq ${endA}, now ${endB}`;
  // What is pending behind a filter, or while rows still come, is open.
  if (!options.exact) return undefined;
  const [restA, restB] = [recorded, now].map((text) => /"pending":(\d+)\}/.exec(text)?.[1]);
  return restA === restB ? undefined : `pending ${restA}, now ${restB}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Heartbeats alone: how many there were is a matter of time.
    return text.replaceAll(/\n+/g, "\n");
  }
}

/** Without what may differ; made-up ids as one. */
function normal(value: unknown): unknown {
  if (typeof value === "string") return HEX32.test(value) ? "<made up>" : value;
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .filter(([name]) => !OWN.has(name))
    .map(([name, member]) => [name, normal(member)]);
}
