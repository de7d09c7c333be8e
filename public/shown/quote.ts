/** So much of a message is quoted in a reply; the rest is a click away. */
const QUOTED_LENGTH = 200;

/** The beginning of a reply: who said what, each line marked as quoted. */
export function quote(name: string, text: string): string {
  const said = Array.from(
    text
      .split("\n")
      .filter((line) => !line.startsWith("> "))
      .join("\n")
      .trim(),
  );
  const cut = said.length > QUOTED_LENGTH ? `${said.slice(0, QUOTED_LENGTH).join("")} …` : said.join("");
  return `${`${name}: ${cut}`
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n")}\n`;
}
