/** A picture of dots in a terminal: every braille letter is two dots wide and four high. */

/** The bit of each dot of a braille letter, by its row and column. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

export class Braille {
  /** In dots. */
  readonly columns: number;
  readonly rows: number;
  readonly #letters: readonly Uint8Array[];

  /** @param width in letters, as is the height */
  constructor(width: number, height: number) {
    this.columns = 2 * width;
    this.rows = 4 * height;
    this.#letters = Array.from({ length: height }, () => new Uint8Array(width));
  }

  draw(row: number, column: number): void {
    this.#letters[row >> 2][column >> 1] |= DOTS[row & 3][column & 1];
  }

  /**
   * A curve by its row in each column; what is no number is left out. It goes upright from where the last dot was, so that a
   * steep curve has no holes.
   *
   * @param isDotted whether every other dot of it is left out
   */
  curve(rows: readonly number[], isDotted = false): void {
    let count = 0;
    const draw = (row: number, column: number): void => {
      if (!isDotted || count++ % 2 === 0) this.draw(row, column);
    };
    rows.forEach((row, column) => {
      if (!Number.isFinite(row)) return;
      const last = column > 0 && Number.isFinite(rows[column - 1]) ? rows[column - 1] : row;
      const step = Math.sign(row - last);
      for (let between = last + step; step !== 0 && between !== row; between += step) draw(between, column);
      draw(row, column);
    });
  }

  /** A line of letters each, from the top. */
  lines(): string[] {
    return this.#letters.map((row) => String.fromCodePoint(...Array.from(row, (bits) => 0x2800 + bits)));
  }
}

/** The number at an end of an axis, with two digits. */
export const axisLabel = (value: number): string => String(Number(value.toPrecision(2)));
