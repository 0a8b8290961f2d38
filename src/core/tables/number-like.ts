/** Words that a reader takes for numbers, and a table of text does not: `1,100`, `5%`, `$ 8.50`, `12 kg`. */

/** A currency, digits in groups of three or not, decimals, a percent sign or a unit. */
const NUMBER_LIKE = /^[+-]?\p{Sc}?\s*\d+([.,'\s]\d{3})*([.,]\d+)?\s*(%|\p{Sc}|\p{L}{1,3})?$/u;

/** Whether a cell that is no number looks like one. */
export const isNumberLike = (word: string): boolean => NUMBER_LIKE.test(word);

/** How such a cell is written as a number. */
export const NUMBERS_ALONE = 'write numbers without thousands separators, percent signs and units, as 1100.5';
