/** A type that must not be mixed with another of the same shape: a `Cursor` and a `Since` are both strings. */
export type Brand<Name extends string> = string & { readonly [brand]: Name };

declare const brand: unique symbol;

/**
 * Brands a text that its caller has just made or checked to be one. The only assertion of its kind: everything
 * else gets its brand from here or from a type guard such as `isRoom`.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says which brand
export function branded<B extends Brand<string>>(text: string): B {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a brand exists for the compiler only
  return text as B;
}
