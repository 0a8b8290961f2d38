/** What the data of a pipeline are, as its stages of `data:` leave them. */
import { exampleCount } from '../../examples.js';
import type { Origin } from '../../host.js';
import type { Examples, Split } from '../../kinds.js';
import type { Shape } from '../../tensor.js';
import { columnsOf, type Measures, measured, valuesOf } from './columns.js';
import { type DataWarning, dataWarnings } from './warnings.js';

/** A column, measured over the rows to learn from, in its own units. */
export type ColumnDescription =
  | ({ readonly name: string; readonly type: 'number' } & Measures)
  | {
      readonly name: string;
      readonly type: 'category';
      readonly missing: number;
      readonly values: readonly { readonly name: string; readonly count: number }[];
    };

export interface DataDescription {
  readonly origin: Origin;
  readonly rows: Partial<Readonly<Record<Split, number>>>;
  /** Of one sample. */
  readonly shape: Shape;
  /** Undefined where samples are pictures. */
  readonly columns?: readonly ColumnDescription[];
  /** All numbers of all samples, where they are pictures that are not streamed. */
  readonly numbers?: Measures;
  readonly targets?: readonly ColumnDescription[];
  readonly classes?: readonly ({ readonly name: string } & Partial<Record<Split, number>>)[];
  readonly warnings: readonly DataWarning[];
}

/** @param read the examples of each split, in the order of a run */
export function describeData(read: readonly Examples[]): DataDescription {
  const train = read.find(({ split }) => split === 'train') ?? read[0];
  const { origin, shape, features, stream, targets } = train;
  const columns = columnsOf(train)?.map((column): ColumnDescription => {
    const { name, values } = column;
    const numbers = valuesOf(train, column);
    const missing = train.missingCells?.byColumn[name] ?? 0;
    if (values === undefined) {
      const { missing: kept, ...measures } = measured(numbers);
      return { name, type: 'number', missing: missing || kept, ...measures };
    }
    const counts = values.map((value, i) => ({ name: value, count: numbers.filter((one) => one === i).length }));
    return { name, type: 'category', missing, values: counts };
  });
  return {
    origin,
    rows: Object.fromEntries(read.map((examples) => [examples.split, exampleCount(examples)])),
    shape,
    ...(columns && { columns }),
    ...(columns === undefined && stream === undefined && { numbers: measured(features) }),
    ...(targets && { targets: targetColumns(train, targets) }),
    ...(train.labels && { classes: classesOf(read) }),
    warnings: dataWarnings(read),
  };
}

function targetColumns({ columns }: Examples, { shape: [n, m], data }: NonNullable<Examples['targets']>) {
  const named = columns === undefined || 'kind' in columns.target ? [] : columns.target;
  return Array.from({ length: m }, (_, j): ColumnDescription => {
    const values = Float64Array.from({ length: n }, (_, i) => data[i * m + j]);
    return { name: named[j]?.name ?? `target ${j}`, type: 'number', ...measured(values) };
  });
}

/** How many examples of each split are of each class that has a name, or is there. */
function classesOf(read: readonly Examples[]): NonNullable<DataDescription['classes']> {
  const names = read.find(({ classNames }) => classNames !== undefined)?.classNames ?? [];
  const counts = new Map<number, Partial<Record<Split, number>>>(names.map((_, label) => [label, {}]));
  for (const { split, labels = [] } of read) {
    for (const label of labels) {
      const count = counts.get(label) ?? {};
      counts.set(label, count);
      count[split] = (count[split] ?? 0) + 1;
    }
  }
  return [...counts]
    .sort(([one], [other]) => one - other)
    .map(([label, count]) => ({ name: names[label] ?? String(label), ...count }));
}
