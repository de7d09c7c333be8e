/**
 * Made when it is needed first. A browser takes its time for each formatter, for one of another language more, and a
 * page that is being opened needs hardly any of them.
 */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
