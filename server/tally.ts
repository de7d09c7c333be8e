import type { Middleware } from "koa";

/** The doors that are counted; what none of them was asked for is counted as the gate's. */
export type DoorName = "sessions" | "post" | "history" | "sync" | "stream" | "regions" | "digests" | "gate";

/** How often each door gave each status, for the metrics. As many numbers as there are doors times statuses. */
export class Tally {
  readonly #answers = new Map<DoorName, Map<number, number>>();

  get answers(): ReadonlyMap<DoorName, ReadonlyMap<number, number>> {
    return this.#answers;
  }

  add(door: DoorName, status: number): void {
    const byStatus = this.#answers.get(door) ?? new Map<number, number>();
    this.#answers.set(door, byStatus);
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  }

  /** Counts what the middleware behind it answers; a bug counts as the 500 it becomes. */
  count(door: DoorName): Middleware {
    return async (ctx, next) => {
      try {
        await next();
        this.add(door, ctx.respond === false ? ctx.res.statusCode : ctx.status);
      } catch (error) {
        this.add(door, 500);
        throw error;
      }
    };
  }
}
