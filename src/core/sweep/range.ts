/** A range of numbers that a sweep draws from: on which scale, and how its values are written. */

/** From `low` to `high`, both of them in it. */
export interface Range {
  readonly kind: 'range';
  /** Where it stands below `over:`; what names it in a point. */
  readonly place: readonly (string | number)[];
  readonly key: string;
  readonly low: number;
  readonly high: number;
  /** Whether each tenfold is as likely as the next, not each number. */
  readonly isLog: boolean;
  /** Whether its values are whole numbers. */
  readonly isWhole: boolean;
  /** How many values of it stand in a grid; undefined where nothing is said of it. */
  readonly points: number | undefined;
}

/** The ends of a range on the axis on which it is drawn from evenly. A whole number takes half a step to each side. */
export function axisOf({ low, high, isLog, isWhole }: Range): readonly [low: number, high: number] {
  const half = isWhole ? 0.5 : 0;
  const [from, to] = [low - half, high + half];
  return isLog ? [Math.log(from), Math.log(to)] : [from, to];
}

/** Where a value lies on that axis. */
export const toAxis = ({ isLog }: Range, value: number): number => (isLog ? Math.log(value) : value);

/** The value at a place on that axis. Four digits are enough: a file that is read by people has no seventeen. */
export function fromAxis(range: Range, at: number): number {
  const { low, high, isLog, isWhole } = range;
  const exact = isLog ? Math.exp(at) : at;
  const written = isWhole ? Math.round(exact) : isLog ? Number(exact.toPrecision(DIGITS)) : inSteps(exact, high - low);
  return Math.min(high, Math.max(low, written));
}

const DIGITS = 4;

/** A multiple of a power of ten that is thousands of times smaller than the range is wide. */
function inSteps(value: number, width: number): number {
  const step = 10 ** (Math.floor(Math.log10(width)) - DIGITS + 1);
  return Number((Math.round(value / step) * step).toPrecision(12));
}

/** The values of a range in a grid: as many as it says, evenly on its scale; of whole numbers, where it says nothing, all. */
export function gridOf(range: Range): readonly number[] | undefined {
  const { low, high, isWhole, points } = range;
  if (points === undefined) {
    if (!isWhole || high - low >= MOST_WHOLE) return undefined;
    return Array.from({ length: high - low + 1 }, (_, i) => low + i);
  }
  const [from, to] = [toAxis(range, low), toAxis(range, high)];
  const values = Array.from({ length: points }, (_, i) => fromAxis(range, from + ((to - from) * i) / (points - 1)));
  return [...new Set(values)];
}

/** Of more whole numbers than these, a grid wants to know how many. */
const MOST_WHOLE = 100;
