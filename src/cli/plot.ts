/** Curves in a terminal, in braille: every letter is two dots wide and four high. */

/** The bit of each dot of a braille letter, by its row and column. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

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
  const columns = 2 * WIDTH;
  const rows = 4 * HEIGHT;
  const ys = Array.from({ length: columns }, (_, column) => f(from + ((to - from) * column) / (columns - 1)));
  const drawn = ys.filter(Number.isFinite);
  const [low, high] = rangeOf(drawn);
  const rowOf = (y: number): number => Math.round(((high - y) / (high - low)) * (rows - 1));
  const columnOf = (x: number): number => Math.round(((x - from) / (to - from)) * (columns - 1));

  const letters = Array.from({ length: HEIGHT }, () => new Uint8Array(WIDTH));
  const draw = (row: number, column: number): void => {
    letters[row >> 2][column >> 1] |= DOTS[row & 3][column & 1];
  };
  for (let column = 0; column < columns; column += 2) draw(rowOf(0), column);
  for (let row = 0; row < rows; row += 2) draw(row, columnOf(0));
  ys.forEach((y, column) => {
    if (!Number.isFinite(y)) return;
    // upright from where the last dot was, so that a steep curve has no holes
    const last = column > 0 && Number.isFinite(ys[column - 1]) ? rowOf(ys[column - 1]) : rowOf(y);
    const step = Math.sign(rowOf(y) - last);
    for (let row = last + step; step !== 0 && row !== rowOf(y); row += step) draw(row, column);
    draw(rowOf(y), column);
  });

  const labels = [high, low].map((y) => String(Number(y.toPrecision(2))));
  const margin = Math.max(...labels.map((label) => label.length));
  const lines = letters.map((row, i) => {
    const label = i === 0 ? labels[0] : i === HEIGHT - 1 ? labels[1] : '';
    return `${label.padStart(margin)} ${String.fromCodePoint(...Array.from(row, (bits) => 0x2800 + bits))}`;
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
