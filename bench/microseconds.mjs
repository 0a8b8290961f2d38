/** The one in the middle; of an even number, the lower of the two. */
export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];

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
