const LOOK_MS = 50;

/** Waits until something can be seen that nobody reports; throws when that takes too long. */
export async function until(condition: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
  const untilMs = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > untilMs) throw new Error(`not seen within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
