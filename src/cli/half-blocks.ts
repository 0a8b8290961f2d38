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
