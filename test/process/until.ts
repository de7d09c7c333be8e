const LOOK_MS = 50;
/** Everything here takes seconds alone. Beside all other tests on two cores it may take many times that, and is no worse. */
export const PATIENCE_MS = 60_000;

/** Waits until something can be seen that nobody reports; throws when that takes too long. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > untilMs) throw new Error(`not seen within ${PATIENCE_MS} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
