/**
 * What a teacher would say of data before anything learns from them. Each rule is a function of the examples as the stages of
 * `data:` leave them, whatever source they come from.
 */
import { exampleCount } from '../../examples.js';
import type { Examples } from '../../kinds.js';
import { shortened } from '../../printable.js';
import { columnsOf, type DataColumn, measured, valuesOf } from './columns.js';
import { countRepeated } from './repeated.js';

export interface DataWarning {
  readonly rule: string;
  /** What is doubtful, why, and what to do. */
  readonly message: string;
}

/** What a rule looks at: the rows to learn from, their columns where they have some, and the rows to judge by. */
interface Data {
  readonly train: Examples;
  readonly columns: readonly DataColumn[];
  readonly others: readonly Examples[];
}

type Rule = (data: Data) => string | undefined;

/** @param read the examples of each split, those of train among them */
export function dataWarnings(read: readonly Examples[]): readonly DataWarning[] {
  const train = read.find(({ split }) => split === 'train');
  if (train === undefined) return [];
  const data = { train, columns: columnsOf(train) ?? [], others: read.filter((examples) => examples !== train) };
  return Object.entries(rules).flatMap(([rule, find]) => {
    const message = find(data);
    return message === undefined ? [] : [{ rule, message }];
  });
}

const constantColumn: Rule = ({ train, columns }) => {
  const constant = columns.filter((column) => {
    const { min, max } = measured(valuesOf(train, column));
    return min === max;
  });
  if (constant.length === 0) return undefined;
  return (
    `${named(constant)} ${constant.length === 1 ? 'is' : 'are'} the same in every row of train, so nothing can be learned ` +
    `from it; leave it out: ${ignoring(constant)}`
  );
};

/** Too few rows agree by chance. */
const ENOUGH_ROWS = 20;

/** What is known only after the fact: a code of the class, the price in another currency. */
const leakage: Rule = ({ train, columns }) => {
  if (exampleCount(train) < ENOUGH_ROWS) return undefined;
  const leaking = columns.filter((column) => {
    const values = valuesOf(train, column);
    if (train.labels !== undefined) return isOneToOne(values, train.labels);
    return column.values === undefined && targetsOf(train).some((target) => correlation(values, target) > 0.999);
  });
  if (leaking.length === 0) return undefined;
  const what = train.labels === undefined ? 'the target' : 'the class';
  return (
    `${named(leaking)} ${leaking.length === 1 ? 'gives' : 'give'} ${what} away: it can be read off without learning, and ` +
    `will hardly be known of a new row; where that is so, leave it out: ${ignoring(leaking)}`
  );
};

/** Which share of the rows makes one class nearly all there is. */
const NEARLY_ALL = 0.95;

const oneClass: Rule = ({ train: { labels, weights, classNames } }) => {
  if (labels === undefined || weights !== undefined) return undefined;
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [label, most] = [...counts].reduce((one, other) => (other[1] > one[1] ? other : one));
  const share = most / labels.length;
  if (share < NEARLY_ALL) return undefined;
  return (
    `${percent(share)} of train is of class ${shortened(classNames?.[label] ?? String(label))}, so a network that always says that is right as ` +
    'often; weigh classes by classWeights, or balance them, and judge by f1 or confusionMatrix beside accuracy'
  );
};

const trainInTest: Rule = ({ train, others }) => {
  const found = others.flatMap((examples) => {
    const count = countRepeated(train, examples);
    return count === 0 ? [] : [`${count} of the ${exampleCount(examples)} examples of ${examples.split}`];
  });
  if (found.length === 0) return undefined;
  return `${found.join(' and ')} stand in train, too, number for number: what is learned by heart is taken for understanding; take them out of one`;
};

/** How many times as widely one column may be spread as another. */
const MUCH_WIDER = 100;

const unscaledColumns: Rule = ({ train, columns }) => {
  const spread = columns
    .filter(({ values }) => values === undefined)
    .map((column) => ({ column, std: measured(valuesOf(train, column, 'scaled')).std }))
    .filter(({ std }) => std > 0);
  if (spread.length < 2) return undefined;
  const widest = spread.reduce((one, other) => (other.std > one.std ? other : one));
  const narrowest = spread.reduce((one, other) => (other.std < one.std ? other : one));
  const ratio = widest.std / narrowest.std;
  if (ratio < MUCH_WIDER) return undefined;
  return (
    `${shortened(widest.column.name)} is spread ${Math.round(ratio).toLocaleString('en-US')} times as widely as ${shortened(narrowest.column.name)}, ` +
    'which the network will hardly see beside it; put standardize in data:'
  );
};

/** Which share of a column has to be there. */
const MOSTLY_MISSING = 0.5;

const mostlyMissing: Rule = ({ train, columns }) => {
  const rows = train.missingCells?.rows ?? exampleCount(train);
  const missing = columns.flatMap((column) => {
    const count = train.missingCells?.byColumn[column.name] ?? measured(valuesOf(train, column)).missing;
    return count / rows < MOSTLY_MISSING ? [] : [{ column, share: count / rows }];
  });
  if (missing.length === 0) return undefined;
  const [{ share }] = missing;
  return (
    `${named(missing.map(({ column }) => column))} ${missing.length === 1 ? 'has' : 'have'} no value in ${percent(share)} of the rows` +
    `${missing.length === 1 ? '' : ' or so'}: what stands there is mostly made up; ${ignoring(missing.map(({ column }) => column))} leaves it out`
  );
};

const rules: Readonly<Record<string, Rule>> = {
  constantColumn,
  leakage,
  oneClass,
  trainInTest,
  unscaledColumns,
  mostlyMissing,
};

const SHOWN = 3;

/** `the columns a, b, c and 4 more` */
function named(columns: readonly DataColumn[]): string {
  const names = columns.slice(0, SHOWN).map(({ name }) => shortened(name));
  const more = columns.length - names.length;
  const list = more === 0 ? names : [...names, `${more} more`];
  return new Intl.ListFormat('en').format(list);
}

const ignoring = (columns: readonly DataColumn[]): string =>
  `ignore: [${columns
    .slice(0, SHOWN)
    .map(({ name }) => shortened(name))
    .join(', ')}${columns.length > SHOWN ? ', ...' : ''}]`;

const percent = (share: number): string => `${Math.floor(1000 * share) / 10} %`;

const targetsOf = ({ targets }: Examples): readonly Float64Array[] => {
  if (targets === undefined) return [];
  const {
    shape: [n, m],
    data,
  } = targets;
  return Array.from({ length: m }, (_, j) => Float64Array.from({ length: n }, (_, i) => data[i * m + j]));
};

/** Whether each value stands beside one class alone, and each class beside one value. */
function isOneToOne(values: ArrayLike<number>, labels: ArrayLike<number>): boolean {
  const classFor = new Map<number, number>();
  const valueFor = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    const [value, label] = [values[i], labels[i]];
    if ((classFor.get(value) ?? label) !== label || (valueFor.get(label) ?? value) !== value) return false;
    classFor.set(value, label);
    valueFor.set(label, value);
  }
  return valueFor.size > 1;
}

/** The size of Pearson's coefficient; 0 where one of them is the same everywhere, or has gaps. */
function correlation(x: Float64Array, y: Float64Array): number {
  const [ofX, ofY] = [measured(x), measured(y)];
  if (ofX.std === 0 || ofY.std === 0) return 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) if (!Number.isNaN(x[i])) sum += (x[i] - ofX.mean) * (y[i] - ofY.mean);
  return Math.abs(sum / (x.length - ofX.missing) / (ofX.std * ofY.std));
}
