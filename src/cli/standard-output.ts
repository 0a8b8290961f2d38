/** Standard output whose reader may be slower than the program. */
let drain: Promise<void> | undefined;

/** Resolves when standard output takes more; undefined while it does. What is written in between is kept in memory. */
export function untilDrained(): Promise<void> | undefined {
  if (!process.stdout.writableNeedDrain) return undefined;
  drain ??= new Promise((resolve) => {
    process.stdout.once('drain', () => {
      drain = undefined;
      resolve();
    });
  });
  return drain;
}
