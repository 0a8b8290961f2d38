/** What stages of data that look at classes have in common. */
import { PipelineError } from '../errors.js';
import type { Examples, Spec } from '../kinds.js';

/** @throws PipelineError where it is known that the examples have real-valued targets, and so no classes. */
export function requireLabels(name: string, { targets }: Spec<'examples'>): void {
  if (targets === undefined) return;
  throw new PipelineError(`${name} is for classes, but these examples have ${targets} real-valued targets each`);
}

/** The rows of each class, in the order of the data set, by class. */
export function rowsByClass(labels: NonNullable<Examples['labels']>): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (const [row, label] of labels.entries()) {
    const known = rows.get(label);
    if (known === undefined) rows.set(label, [row]);
    else known.push(row);
  }
  return new Map([...rows].sort(([a], [b]) => a - b));
}
