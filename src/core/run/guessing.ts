import type { Metric } from '../kinds.js';
import type { Pipeline } from '../pipeline/pipeline.js';

/** After fewer steps nothing is said: a network may still be near its first weights. */
const FEW_STEPS = 100;

/** What is said at the end of a run that has learned nothing: its train loss is not below that of a network that guesses. */
export function guessingRemark({ rows }: Pipeline, step: number, metrics: readonly Metric[]): string | undefined {
  const judge = rows.find(({ section, definition }) => section === 'train' && definition.guessing !== undefined);
  const loss = metrics.find(({ split, name }) => split === 'train' && name === 'loss')?.value;
  if (judge?.output.kind !== 'step' || judge.output.classes === undefined || loss === undefined) return undefined;
  const guessing = judge.definition.guessing?.(judge.output.classes);
  if (guessing === undefined || loss < guessing || step < FEW_STEPS) return undefined;
  return (
    `the train loss of ${Number(loss.toPrecision(3))} is not better than guessing (a loss of ${guessing.toFixed(2)}): try a ` +
    'smaller learningRate, or a larger one where the loss has hardly moved, and see that the labels belong to the samples'
  );
}
