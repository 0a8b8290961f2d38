/** What a bar says. */
export interface Shown {
  /** How much is done, of 1; undefined where that is not known, and there is no bar. */
  readonly share?: number;
  /** What stands behind the bar, the most important first. */
  readonly parts: readonly string[];
}

/** Shorter bars say nothing. */
const SHORTEST = 4;
const LONGEST = 24;

/**
 * One line that leaves the last column to the cursor. The bar takes a tenth of it; what does not fit behind is left out from
 * the end on, each part whole, so that no number is cut.
 */
export function progressLine({ share, parts }: Shown, columns: number): string {
  const length = Math.min(LONGEST, Math.floor(columns / 10));
  const bar = share === undefined || length < SHORTEST ? '' : `${barOf(share, length)} `;
  const [first, ...others] = share === undefined ? parts : [`${Math.floor(100 * share)}%`.padStart(4), ...parts];
  let line = bar + first;
  for (const part of others) {
    const longer = `${line}  ${part}`;
    if (longer.length >= columns) break;
    line = longer;
  }
  return line;
}

function barOf(share: number, length: number): string {
  const filled = Math.round(share * length);
  return '█'.repeat(filled) + '░'.repeat(length - filled);
}
