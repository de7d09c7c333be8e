import type { EmbeddedStore } from "./store-keeper.ts";

/** What a person reads after `npm start`: where to chat, where to look into the store, how to add a region. */
export function welcome(
  region: { name: string; url: string },
  store: { embedded: EmbeddedStore | undefined; directory: string; url: string },
  isTerminal: boolean,
): string {
  const { embedded } = store;
  // Where output is collected the password stays in its file.
  const password = isTerminal ? embedded?.password : `in ${store.directory}/password`;
  const lines = [
    ["chat", `${region.url}/`],
    [
      "admin",
      embedded === undefined
        ? `${store.url}/_utils/`
        : `${embedded.url}/_utils/  (${embedded.username}, password ${password})`,
    ],
    [
      "add a region",
      embedded === undefined
        ? "COUCHDB_URL=… REGION=eu npm start"
        : "npm start, in another terminal of this machine",
    ],
  ];
  return `\n  Region ${region.name} is running.\n\n${lines.map(([what, how]) => `  ${what?.padEnd(14)}${how}\n`).join("")}\n`;
}
