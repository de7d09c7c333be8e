import type {
  ChangesResult,
  CheckResult,
  EraseResult,
  Found,
  HeadResult,
  Presence,
  PrepareResult,
  RangeQuery,
  RangeResult,
  ReadResult,
  ReplaceResult,
  Since,
  StoreDocument,
  WriteOutcome,
  WriteResult,
} from "../../../sync/store.ts";
import { parseBookmark, writeBookmark } from "./bookmark.ts";
import type { Cluster } from "./cluster.ts";
import { Coordinator } from "./coordinator.ts";
import { parseDraft, type Draft, type Verdict } from "./draft.ts";
import { effectOf, type Failed, type Fate } from "./fate.ts";
import { DENIED, FAILING, MISSING, NODE_DOWN, SINCE_REFUSED, UNREACHABLE } from "./fate.ts";
import { Feed, type Opened } from "./feed.ts";
import type { Trouble } from "./reach.ts";
import { foundOf, rowOf } from "./rows.ts";

/** How often a document is read again that somebody else changes between. */
const MAX_ATTEMPTS = 3;

interface Rewritten {
  readonly type: "rewritten";
  readonly before: Found;
}

/**
 * A region's line to one node, for one life of its process: the questions of the `Store` port, asked without
 * promises. Each takes its `Fate` last.
 */
export class Connection {
  readonly #cluster: Cluster;
  #node: number;

  constructor(cluster: Cluster, node: number) {
    this.#cluster = cluster;
    this.#node = node;
  }

  /** The node that is asked, counted from 0. */
  get node(): number {
    return this.#node;
  }

  /** Goes over to another node that lives, drawn by chance, as a proxy does it. Stays when there is none. */
  failOver(): void {
    const others = this.#cluster.nodes.filter(({ place, state }) => place !== this.#node && state === "up");
    const other = this.#cluster.chance.pick(others);
    if (other === undefined) return;
    this.#node = other.place;
    this.#cluster.count("S18 failed over");
  }

  prepare({ create }: { readonly create: boolean }, fate: Fate = "well"): PrepareResult {
    const isOurs = create && fate === "well" && this.#cluster.node(this.#node).state === "up";
    if (isOurs && !this.#cluster.isLocked && !this.#cluster.isTakenAway) this.#cluster.create();
    return this.#ask(fate, () => ({ type: "prepared" }));
  }

  write(documents: readonly StoreDocument[], fate: Fate = "well"): WriteResult {
    return this.#ask<WriteResult>(fate, (coordinator) => this.#write(coordinator, documents, fate));
  }

  read(ids: readonly string[], fate: Fate = "well"): ReadResult {
    return this.#ask<ReadResult>(fate, (coordinator) => {
      const found: Found[] = [];
      for (const id of ids) {
        const opened = coordinator.open(id);
        if (opened.type !== "opened") return faultOf(opened);
        found.push(foundOf(id, opened.tree));
      }
      return { type: "found", found };
    });
  }

  check(ids: readonly string[], fate: Fate = "well"): CheckResult {
    return this.#ask<CheckResult>(fate, (coordinator) => {
      const presences: Presence[] = [];
      for (const id of ids) {
        const opened = coordinator.open(id);
        if (opened.type !== "opened") return faultOf(opened);
        const winner = opened.tree?.[0];
        presences.push(winner === undefined ? "missing" : winner.isDeleted ? "deleted" : "present");
      }
      return { type: "checked", presences };
    });
  }

  erase(ids: readonly string[], fate: Fate = "well"): EraseResult {
    return this.#ask<EraseResult>(fate, (coordinator) => {
      let refused = 0;
      for (const id of ids) {
        if (this.#cluster.rules.verdicts.get(id) === "forbids") refused++;
        else {
          const failed = erase(coordinator, id);
          if (failed !== undefined) return failed;
        }
      }
      return { type: "erased", refused };
    });
  }

  range(
    { from, to, limit, descending = false, idsOnly = false }: RangeQuery,
    fate: Fate = "well",
  ): RangeResult {
    return this.#ask<RangeResult>(fate, (coordinator) => {
      const [low, high] = descending ? [to, from] : [from, to];
      const result = coordinator.range({ low, high, limit, descending });
      if (result.type !== "range") return faultOf(result);
      return { type: "range", rows: result.rows.map(({ id, tree }) => (idsOnly ? { id } : rowOf(id, tree))) };
    });
  }

  head(fate: Fate = "well"): HeadResult {
    return this.#ask<HeadResult>(fate, (coordinator) => {
      const head = coordinator.head();
      return head.type === "head" ? head : faultOf(head);
    });
  }

  changes(since: Since, limit: number, fate: Fate = "well"): ChangesResult {
    return this.#ask<ChangesResult>(fate, (coordinator) => {
      const bookmark = parseBookmark(since);
      if (bookmark === undefined) return this.#refuse();
      const changes = coordinator.changes(bookmark, limit);
      if (changes.type !== "changes") return faultOf(changes);
      const rows = changes.entries.map(({ id, tree }) => rowOf(id, tree));
      return {
        type: "changes",
        rows,
        since: writeBookmark(changes.bookmark),
        pending: changes.pending(),
        skipped: 0,
      };
    });
  }

  replace(document: StoreDocument, fate: Fate = "well"): ReplaceResult {
    const result = this.#ask(fate, (coordinator) => this.#rewrite(coordinator, document));
    return result.type === "fault" ? result : { type: "replaced", before: result.before };
  }

  /** Opens the continuous feed. */
  follow(since: Since, fate: Fate = "well"): Opened {
    return this.#ask<Opened>(fate, () => {
      const { database } = this.#cluster;
      const bookmark = parseBookmark(since);
      if (bookmark === undefined) return this.#refuse();
      if (database === undefined) return MISSING;
      return { type: "opened", feed: new Feed(this.#cluster, database, this.#node, bookmark) };
    });
  }

  /** As the fate has it. A paused node does it later, and nobody hears of it. */
  #ask<T extends { readonly type: string }>(
    fate: Fate,
    work: (coordinator: Coordinator) => T | Failed,
  ): T | Failed {
    const node = this.#cluster.node(this.#node);
    const effect = fate === "well" ? undefined : effectOf(fate);
    if (effect !== undefined) this.#cluster.count(effect.deed);
    if (effect?.type === "before") return effect.failed;
    const run = (): T | Failed => {
      const { database, isTakenAway, isLocked } = this.#cluster;
      if (isLocked) return DENIED;
      if (database === undefined || isTakenAway) return MISSING;
      return work(new Coordinator(this.#cluster, database, this.#node));
    };
    if (node.state === "paused" || node.state === "taken-for-dead") this.#cluster.defer(this, run);
    if (node.state !== "up") return UNREACHABLE;
    const result = run();
    return effect?.type === "after" ? effect.failed : result;
  }

  #write(coordinator: Coordinator, documents: readonly StoreDocument[], fate: Fate): WriteResult {
    const drafts: Draft[] = [];
    for (const document of documents) {
      const draft = parseDraft(document, this.#cluster.rules);
      if (draft.type === "refused") {
        this.#cluster.count(`S10 batch refused: ${draft.error}`);
        return { type: "refused", reason: `status ${draft.status}: ${draft.error}: ${draft.reason}` };
      }
      drafts.push(draft);
    }
    const results = drafts.map((draft) => this.#writeOne(coordinator, draft, fate === "unconfirmed"));
    const outcomes: WriteOutcome[] = [];
    for (const result of results) {
      if (result.type === "fault") return result;
      outcomes.push(result);
    }
    return { type: "rows", outcomes };
  }

  #writeOne(coordinator: Coordinator, draft: Draft, isHasty: boolean): WriteOutcome | Failed {
    const verdict = this.#verdictOn(coordinator, draft.id);
    if (verdict === "throws") return FAILING;
    if (verdict === "forbids") return { type: "refused", reason: "forbidden: by the operator" };
    const written = coordinator.write(draft.id, { ...draft, after: draft.name }, isHasty);
    switch (written.type) {
      case "stored":
        this.#cluster.count(isHasty ? "S8 unconfirmed" : "S7 stored");
        return { type: isHasty ? "unconfirmed" : "stored" };
      case "unconfirmed":
        this.#cluster.count("S8 unconfirmed");
        return { type: "unconfirmed" };
      case "conflict":
        this.#cluster.count("S9 conflict");
        return { type: "conflict" };
      case "nodedown":
      case "hangs":
        return faultOf(written);
    }
  }

  /** Whether the id is free is found out before the document is looked at. */
  #verdictOn(coordinator: Coordinator, id: string): Verdict | undefined {
    const verdict = this.#cluster.rules.verdicts.get(id);
    if (verdict === undefined) return undefined;
    const opened = coordinator.open(id);
    const isTaken = opened.type === "opened" && opened.tree?.[0].isDeleted === false;
    return isTaken ? undefined : verdict;
  }

  /** Read before every write: CouchDB takes an update of what is not there any more, whatever revision it names. */
  #rewrite(coordinator: Coordinator, document: StoreDocument): Rewritten | Failed {
    const draft = parseDraft(document, this.#cluster.rules);
    if (draft.type === "refused") return FAILING;
    const { id, text, isDeleted } = draft;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const opened = coordinator.open(id);
      if (opened.type !== "opened") return faultOf(opened);
      const winner = opened.tree?.[0];
      const after = winner?.isDeleted === false ? winner : undefined;
      const written = coordinator.write(id, { text, isDeleted, after });
      if ("leaf" in written) return { type: "rewritten", before: foundOf(id, opened.tree) };
      if (written.type !== "conflict") return faultOf(written);
    }
    return NODE_DOWN;
  }

  #refuse(): Failed {
    this.#cluster.count("S28 since refused");
    return SINCE_REFUSED;
  }
}

/** Leaf by leaf; what was deleted stays as it is, and what never was is deleted now. */
function erase(coordinator: Coordinator, id: string): Failed | undefined {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const opened = coordinator.open(id);
    if (opened.type !== "opened") return faultOf(opened);
    const leaves = opened.tree?.filter(({ isDeleted }) => !isDeleted) ?? [undefined];
    if (leaves.length === 0) return undefined;
    for (const leaf of leaves) {
      const written = coordinator.write(id, { text: "{}", isDeleted: true, after: leaf });
      if (written.type === "nodedown" || written.type === "hangs") return faultOf(written);
    }
  }
  return NODE_DOWN;
}

function faultOf(trouble: Trouble): Failed {
  return trouble.type === "hangs" ? UNREACHABLE : NODE_DOWN;
}
