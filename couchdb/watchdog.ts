/**
 * Watches for silence while somebody waits. Returns what calls it off.
 *
 * When this process was held up itself, the timer is late and its bytes may lie in the kernel already: so it
 * looks once more after the event loop has read what there is.
 */
export function watchSilence(silenceMs: number, onSilence: () => void): () => void {
  let secondLook: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    secondLook = setImmediate(onSilence);
  }, silenceMs);
  return () => {
    clearTimeout(timer);
    if (secondLook !== undefined) clearImmediate(secondLook);
  };
}
