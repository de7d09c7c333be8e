/** The element of the page with this id. Its absence is a bug of ours, so it throws. */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`the page has no ${kind.name} "${id}"`);
  return found;
}
