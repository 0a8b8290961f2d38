/** How bright a pixel must be, from the darkest to the brightest of its picture, to be drawn. */
const BRIGHT = 0.35;

/**
 * A picture of half blocks, two rows of pixels a line: 28 x 28 pixels are 28 columns by 14 lines.
 *
 * @param pixels `height * width` numbers, row by row
 */
export function halfBlocks(pixels: readonly number[], width: number): string {
  const darkest = pixels.reduce((least, pixel) => Math.min(least, pixel), Number.POSITIVE_INFINITY);
  const brightest = pixels.reduce((most, pixel) => Math.max(most, pixel), Number.NEGATIVE_INFINITY);
  const isBright = (row: number, column: number): boolean =>
    pixels[row * width + column] - darkest > BRIGHT * (brightest - darkest);
  const lines: string[] = [];
  for (let row = 0; row * width < pixels.length; row += 2) {
    const line = Array.from({ length: width }, (_, column) => {
      const upper = isBright(row, column);
      const lower = isBright(row + 1, column);
      return upper && lower ? '█' : upper ? '▀' : lower ? '▄' : ' ';
    });
    lines.push(`  ${line.join('').trimEnd()}`.trimEnd());
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** Pictures as `halfBlocks` draws them, of the same height, each so many columns to the right of the one before. */
export function sideBySide(pictures: readonly string[], columns: number): string {
  const [first, ...others] = pictures.map((picture) => picture.split('\n').slice(0, -1));
  const lines = first.map((line, row) =>
    others.reduce((begun, lines, i) => begun.padEnd((i + 1) * columns) + lines[row], line).trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}
