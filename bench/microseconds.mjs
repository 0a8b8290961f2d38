/** The best of many short runs: the speed of the machine when nobody disturbs it. */
export function microseconds(work, rounds = 30) {
  for (let i = 0; i < rounds; i++) work();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < 5; i++) work();
    best = Math.min(best, (performance.now() - start) / 5);
  }
  return best * 1000;
}
