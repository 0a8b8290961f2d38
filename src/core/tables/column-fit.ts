/** What a column is, as its cells show one after another: the memory of one pass over the rows to learn from. */
import { shortened } from '../printable.js';
import type { Column, Dialect } from '../table.js';
import { isMissing, numberIn } from './cells.js';
import { isNumberLike, NUMBERS_ALONE } from './number-like.js';

/**
 * What becomes of cells that are missing: filled with the median or the most frequent value, kept (NaN; of a category, none of
 * its values), or refused.
 */
export type Missing = 'fill' | 'keep' | 'error';

/** A column of more different words than this says something else: a name, a date, a sentence. */
const MOST_VALUES = 1000;
/** Of so many words, few come twice: they are no categories. */
const NAMES = 50;
/** So many numbers give the median: those of the first rows. */
const FOR_MEDIAN = 100_000;

/** A place in a table. */
export interface CellPlace {
  readonly line: number;
  /** Which cell of the row, from 0 on. */
  readonly cell: number;
}

/** Why a column cannot be read, and where, if one cell is to blame. */
export interface ColumnProblem {
  readonly problem: string;
  readonly place?: CellPlace | undefined;
  /** Whether nothing can be learned from it: it is empty, or a name for nearly every row. */
  readonly isUseless?: boolean;
}

/** A cell that shows what else is in a column. */
interface Shown extends CellPlace {
  readonly text: string;
}

export class ColumnFit {
  #rows = 0;
  #missing = 0;
  #numbers = 0;
  #words = 0;
  readonly #firstNumbers: number[] = [];
  /** How often each word came; of a column of categories, each number too. */
  readonly #values = new Map<string, number>();
  #firstNumber: Shown | undefined;
  #firstWord: Shown | undefined;
  #firstMissing: CellPlace | undefined;

  /** @param isCategory whether its cells are names, though they may be numbers */
  constructor(
    readonly name: string,
    private readonly isCategory: boolean,
    private readonly decimal: Dialect['decimal'],
  ) {}

  add(text: string, line: number, cell: number): void {
    this.#rows++;
    if (isMissing(text)) {
      this.#missing++;
      this.#firstMissing ??= { line, cell };
      return;
    }
    const number = this.isCategory ? undefined : numberIn(text, this.decimal);
    if (number !== undefined) {
      this.#numbers++;
      this.#firstNumber ??= { line, cell, text };
      if (this.#firstNumbers.length < FOR_MEDIAN) this.#firstNumbers.push(number);
      return;
    }
    this.#words++;
    this.#firstWord ??= { line, cell, text };
    if (this.#values.size <= MOST_VALUES) this.#values.set(text, (this.#values.get(text) ?? 0) + 1);
  }

  /** Whether there is no value in it: many programs end each line with a delimiter. */
  get isEmpty(): boolean {
    return this.#missing === this.#rows;
  }

  /**
   * What the column is. One of both numbers and words is refused at the first cell of the rarer sort: either sort may be the one
   * that is meant, and the other one would be lost.
   */
  column(missing: Missing): Column | ColumnProblem {
    const name = shortened(this.name);
    if (this.isEmpty) {
      return { problem: `the column ${name} has no values at all; ignore: [${name}] leaves it out`, isUseless: true };
    }
    if (missing === 'error' && this.#firstMissing !== undefined) {
      return { problem: `found no value for ${name}, expected one, since missing: error`, place: this.#firstMissing };
    }
    if (this.#firstNumber === undefined) return this.#category(missing);
    return this.#firstWord === undefined ? this.#number(missing) : this.#mixed(this.#firstNumber, this.#firstWord);
  }

  #mixed(number: Shown, word: Shown): ColumnProblem {
    const place = this.#numbers < this.#words ? number : word;
    const name = shortened(this.name);
    const [numbers, words] = [counted(this.#numbers, 'number'), counted(this.#words, 'word')];
    const numberLike = isNumberLike(word.text)
      ? `if "${shortened(word.text)}" is a number, ${NUMBERS_ALONE}`
      : `if "${shortened(word.text)}" stands for a missing value, leave such cells empty`;
    const problem =
      `found "${shortened(place.text)}" for ${name}, which has ${numbers} and ${words}, expected either; ` +
      `if all are names, categories: [${name}]; ${numberLike}; or ignore: [${name}]`;
    return { problem, place };
  }

  #number(missing: Missing): Column {
    const { name } = this;
    if (missing === 'keep') return { name, kind: 'number', keepsMissing: true };
    return { name, kind: 'number', ...(missing === 'fill' && { fill: medianOf(this.#firstNumbers) }) };
  }

  #category(missing: Missing): Column | ColumnProblem {
    const { name } = this;
    const count = this.#values.size;
    if (count > MOST_VALUES || (!this.isCategory && count > NAMES && count > this.#words / 2)) {
      const many = count > MOST_VALUES ? `more than ${MOST_VALUES}` : `${count}`;
      const word = [...this.#values.keys()].every(isNumberLike) ? this.#firstWord : undefined;
      const advice = word === undefined ? '' : `; if "${shortened(word.text)}" is a number, ${NUMBERS_ALONE}`;
      const problem = `the column ${shortened(name)} has ${many} different words, too many for categories${advice}; ignore: [${shortened(name)}]`;
      return { problem, place: word, isUseless: word === undefined };
    }
    const values = [...this.#values.keys()].sort(inOrder);
    if (missing === 'keep') return { name, kind: 'category', values, keepsMissing: true };
    const [fill] = [...this.#values].reduce((most, one) => (one[1] > most[1] ? one : most));
    return { name, kind: 'category', values, ...(missing === 'fill' && { fill }) };
  }
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Numbers by size, before words by their letters, wherever this runs. */
export function inOrder(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (x !== y && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
  return a < b ? -1 : Number(a > b);
}

function medianOf(numbers: readonly number[]): number {
  const sorted = Float64Array.from(numbers).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
