/** How numbers are spread. */

/** Counts of numbers in bins of equal width between two ends, which both belong to it. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** @param range the two ends; what lies outside is counted in the first or the last bin */
export function histogramOf(data: ArrayLike<number>, [from, to]: readonly [number, number], bins = 40): Histogram {
  const counts = new Array<number>(bins).fill(0);
  const scale = bins / (to - from || 1);
  for (let i = 0; i < data.length; i++) {
    const bin = Math.floor((data[i] - from) * scale);
    counts[Math.max(0, Math.min(bins - 1, bin))]++;
  }
  return { from, to, counts };
}

/** The smallest and the largest of all numbers; [0, 0] of none. */
export function rangeOf(...all: readonly ArrayLike<number>[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const data of all) {
    for (let i = 0; i < data.length; i++) {
      low = Math.min(low, data[i]);
      high = Math.max(high, data[i]);
    }
  }
  return low <= high ? [low, high] : [0, 0];
}
