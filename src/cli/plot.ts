/** Functions in a terminal, drawn in braille. */
import { axisLabel, Braille } from './text/braille.js';

/** How large the picture of a curve is, in letters. */
const WIDTH = 28;
const HEIGHT = 10;

/** The lowest and highest number of an axis. */
type Range = readonly [from: number, to: number];

/**
 * A curve over [from, to], as lines of text: a title, the plot with its axes dotted through 0, and the ends of both axes
 * written beside it.
 */
export function plot(title: string, f: (x: number) => number, [from, to]: Range): string[] {
  const picture = new Braille(WIDTH, HEIGHT);
  const { columns, rows } = picture;
  const ys = Array.from({ length: columns }, (_, column) => f(from + ((to - from) * column) / (columns - 1)));
  const [low, high] = rangeOf(ys.filter(Number.isFinite));
  const rowOf = (y: number): number => Math.round(((high - y) / (high - low)) * (rows - 1));
  const columnOf = (x: number): number => Math.round(((x - from) / (to - from)) * (columns - 1));

  for (let column = 0; column < columns; column += 2) picture.draw(rowOf(0), column);
  for (let row = 0; row < rows; row += 2) picture.draw(row, columnOf(0));
  picture.curve(ys.map((y) => (Number.isFinite(y) ? rowOf(y) : Number.NaN)));

  const labels = [high, low].map(axisLabel);
  const margin = Math.max(...labels.map((label) => label.length));
  const lines = picture.lines().map((line, i) => {
    const label = i === 0 ? labels[0] : i === HEIGHT - 1 ? labels[1] : '';
    return `${label.padStart(margin)} ${line}`;
  });
  const ends = `${from}${String(to).padStart(WIDTH - String(from).length)}`;
  return [`${''.padStart(margin)} ${title.padEnd(WIDTH)}`, ...lines, `${''.padStart(margin)} ${ends}`];
}

/** From the least to the greatest, 0 among them, and never nothing. */
function rangeOf(numbers: readonly number[]): Range {
  const low = Math.min(0, ...numbers);
  const high = Math.max(0, ...numbers);
  return low === high ? [low, low + 1] : [low, high];
}

/** Two plots side by side. */
export const besides = (left: readonly string[], right: readonly string[]): string =>
  left.map((line, i) => `  ${line}    ${right[i]}`.trimEnd()).join('\n');
