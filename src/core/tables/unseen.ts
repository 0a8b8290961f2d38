import { shortened } from '../printable.js';

/** What is said of values that the rows to learn from never have: of each column, how many cells have one. */
export const unseenRemark = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .map(([name, count]) =>
      count === 1
        ? `1 cell of ${shortened(name)} says what train never says, and is none of its values`
        : `${count} cells of ${shortened(name)} say what train never says, and are none of its values`,
    )
    .join('; ');
