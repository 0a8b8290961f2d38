/** The losses of a run by epoch, as a picture in a terminal. */
import type { Split } from '../core/kinds.js';
import type { EpochEvent } from '../core/run/events.js';
import { axisLabel, Braille } from './text/braille.js';

/** What a curve is drawn of: the loss of train, and that of the split which judges each epoch. */
type Losses = Pick<EpochEvent, 'epoch' | 'train' | 'validation' | 'test'>;

/** Fewer epochs are no curve. */
const FEWEST = 3;

/** In letters. */
const HEIGHT = 8;
const WIDEST = 80;
const NARROWEST = 10;

/** Where values span more than this, equal ratios get equal room. */
const TWO_DECADES = 100;

interface Curve {
  readonly split: Split;
  /** By epoch, in the order of the epochs. */
  readonly points: readonly { readonly epoch: number; readonly loss: number }[];
}

/**
 * Lines of text: what is shown, the curves between their axes, each with its name where it ends, and the first and the last
 * epoch below. The loss of train is dotted, that of validation (of the test, without one) is not.
 *
 * @returns undefined where there are fewer than three epochs, no loss, or no room
 */
export function lossCurve(epochs: readonly Losses[], columns: number): string | undefined {
  const curves = curvesOf(epochs);
  const losses = curves.flatMap(({ points }) => points.map(({ loss }) => loss));
  const [low, high] = [least(losses), -least(losses.map((loss) => -loss))];
  const isLog = low > 0 && high / low > TWO_DECADES;
  const labels = [high, low].map(axisLabel);
  const margin = Math.max(...labels.map((label) => label.length));
  const behind = Math.max(...curves.map(({ split }) => split.length));
  const width = Math.min(columns, WIDEST) - margin - behind - '   │ '.length;
  if (curves.length === 0 || width < NARROWEST) return undefined;

  const picture = new Braille(width, HEIGHT);
  const scaled = (loss: number): number => (isLog ? Math.log(loss) : loss);
  const room = scaled(high) - scaled(low);
  const rowOf = (at: number): number =>
    Math.round((room === 0 ? 0.5 : (scaled(high) - at) / room) * (picture.rows - 1));
  const isDotted = (split: Split): boolean => split === 'train' && curves.length > 1;
  const rowsBySplit = curves.map(({ split, points }) => {
    const rows = valuesAt(points, picture.columns, scaled).map(rowOf);
    picture.curve(rows, isDotted(split));
    return { split, row: rows[rows.length - 1], loss: points[points.length - 1].loss };
  });
  const names = placed(rowsBySplit);
  const lines = picture.lines().map((line, i) => {
    const label = room === 0 ? i === HEIGHT / 2 && labels[0] : i === 0 ? labels[0] : i === HEIGHT - 1 && labels[1];
    return `  ${(label || '').padStart(margin)} │${line} ${names.get(i) ?? ''}`.trimEnd();
  });
  const [first, last] = [epochs[0].epoch, epochs[epochs.length - 1].epoch].map(String);
  const indent = ' '.repeat(margin + 2);
  const what = curves.map(({ split }) => (isDotted(split) ? `${split} (dotted)` : split)).join(' and ');
  return [
    `  loss of ${what} by epoch${isLog ? ', on a log scale' : ''}`,
    ...lines,
    `${indent} └${'─'.repeat(width)}`,
    `${indent}  ${first}${last.padStart(width - first.length)}`,
  ].join('\n');
}

function curvesOf(epochs: readonly Losses[]): Curve[] {
  const judging: Split = epochs.some(({ validation }) => validation !== undefined) ? 'validation' : 'test';
  const of = (split: Split): Curve => ({
    split,
    points: epochs.flatMap(({ epoch, [split]: metrics }) =>
      Number.isFinite(metrics?.loss) ? [{ epoch, loss: Number(metrics?.loss) }] : [],
    ),
  });
  return [of('train'), of(judging)].filter(({ points }) => points.length >= FEWEST);
}

/** Without an argument a number, since there may be very many. */
const least = (numbers: readonly number[]): number =>
  numbers.reduce((low, one) => Math.min(low, one), Number.POSITIVE_INFINITY);

/** The value in each column, from the first epoch to the last: on a straight line between those of two epochs. */
function valuesAt(points: Curve['points'], columns: number, scaled: (loss: number) => number): number[] {
  const last = points.length - 1;
  return Array.from({ length: columns }, (_, column) => {
    const at = (column / (columns - 1)) * last;
    const [before, after] = [Math.floor(at), Math.ceil(at)].map((i) => scaled(points[i].loss));
    return before + (after - before) * (at - Math.floor(at));
  });
}

/** The names of curves by the line in which they end; where two end in the same, that of the smaller loss stands below. */
function placed(
  ends: readonly { readonly split: Split; readonly row: number; readonly loss: number }[],
): ReadonlyMap<number, Split> {
  const lines = new Map<number, Split>();
  const fromTop = ends.toSorted((a, b) => b.loss - a.loss);
  fromTop.forEach(({ split, row }, i) => {
    // each of those below needs a line, too
    const line = Math.min(row >> 2, HEIGHT - (fromTop.length - i));
    lines.set(lines.has(line) ? line + 1 : line, split);
  });
  return lines;
}
