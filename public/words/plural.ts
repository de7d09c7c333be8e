/** The forms a language has for counted things (Unicode CLDR); `#` stands for the number. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** Says how many, in the form and with the digits of the language. */
export function plural(language: string, forms: Forms): (count: number) => string {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (count) => (forms[rules.select(count)] ?? forms.other).replace("#", () => digits.format(count));
}

/** Names one after the other: "eu, ap". */
export function listed(language: string): (names: readonly string[]) => string {
  const list = new Intl.ListFormat(language, { style: "narrow", type: "unit" });
  return (names) => list.format(names);
}
