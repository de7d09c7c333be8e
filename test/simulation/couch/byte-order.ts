/** Ids sort as their UTF-8 bytes do, which is by code point: JavaScript's order but for surrogates. */
export function byBytes(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  for (let place = 0; place < length; place++) {
    const a = one.charCodeAt(place);
    const b = other.charCodeAt(place);
    if (a !== b) return weight(a) - weight(b);
  }
  return one.length - other.length;
}

/** Surrogates, which begin characters beyond U+FFFF, come after everything else. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/** Where an id stands in a sorted list, or would stand: the number of ids before it. */
export function placeOf(ids: readonly string[], id: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byBytes(ids[middle] ?? "", id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
