import { lazily } from "./lazily.ts";

/** The forms a language has for counted things (Unicode CLDR); `#` stands for the number, `@` for a name. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** Says how many, and of whom, in the form and with the digits of the language. */
export function plural(language: string, forms: Forms): (count: number, name?: string) => string {
  const rules = lazily(() => new Intl.PluralRules(language));
  const digits = lazily(() => new Intl.NumberFormat(language));
  return (count, name = "") => {
    const form = forms[rules().select(count)] ?? forms.other;
    return form.replace(/[#@]/g, (mark) => (mark === "#" ? digits().format(count) : name));
  };
}

/** Names one after the other: "eu, ap". */
export function listed(language: string): (names: readonly string[]) => string {
  const list = lazily(() => new Intl.ListFormat(language, { style: "short", type: "unit" }));
  return (names) => list().format(names);
}
