/**
 * Does work for each item, several at a time, in their order. Where one fails, no other is begun; those under way are stopped, and
 * waited for.
 *
 * @param signal stops all of them
 * @throws what the first that failed has thrown; the reason of the signal.
 */
export async function allOf<Item>(
  items: Iterable<Item>,
  atATime: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const left = items[Symbol.iterator]();
  let failure: { readonly error: unknown } | undefined;
  const takeTurns = async (): Promise<void> => {
    while (!either.aborted) {
      const { done, value } = left.next();
      if (done) return;
      try {
        await work(value, either);
      } catch (error) {
        failure ??= { error };
        stop.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, takeTurns));
  if (failure !== undefined) throw failure.error;
  signal.throwIfAborted();
}
