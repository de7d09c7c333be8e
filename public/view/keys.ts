/** What can be done by a key. */
export interface KeyActs {
  write(): void;
  showKeys(): void;
  move(by: 1 | -1): void;
  replyToSelected(): void;
  editSelected(): void;
  takeBackSelected(): void;
  journeyOfSelected(): void;
  linkOfSelected(): void;
  toNewest(): void;
  search(): void;
  askDate(): void;
  moveRoom(by: 1 | -1): void;
  askRoom(): void;
  showRegions(): void;
  showSettings(): void;
}

/** Listens where nobody is writing, and for what no text is made of. Returns what ends it. */
export function listenForKeys(acts: KeyActs): () => void {
  const hear = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (document.querySelector("dialog[open]") !== null) return;
    const act = event.altKey
      ? altKey(event.key, acts)
      : isWriting(event.target)
        ? undefined
        : key(event.key, acts);
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  document.addEventListener("keydown", hear);
  return () => document.removeEventListener("keydown", hear);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input, textarea, select");
}

function altKey(name: string, acts: KeyActs): (() => void) | undefined {
  if (name === "ArrowUp") return () => acts.moveRoom(-1);
  return name === "ArrowDown" ? () => acts.moveRoom(1) : undefined;
}

function key(name: string, acts: KeyActs): (() => void) | undefined {
  switch (name) {
    case "?":
      return () => acts.showKeys();
    case "c":
    case "Escape":
      return () => acts.write();
    case "k":
      return () => acts.move(-1);
    case "j":
      return () => acts.move(1);
    case "r":
      return () => acts.replyToSelected();
    case "e":
      return () => acts.editSelected();
    case "Delete":
      return () => acts.takeBackSelected();
    case "i":
      return () => acts.journeyOfSelected();
    case "l":
      return () => acts.linkOfSelected();
    case "End":
      return () => acts.toNewest();
    case "/":
      return () => acts.search();
    case "d":
      return () => acts.askDate();
    case "n":
      return () => acts.askRoom();
    case "g":
      return () => acts.showRegions();
    case "s":
      return () => acts.showSettings();
    default:
      return undefined;
  }
}
