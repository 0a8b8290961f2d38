import { map } from 'rxjs';
import * as z from 'zod';
import { PipelineError, RunError } from '../../core/errors.js';
import { requireLabels } from '../../core/families/examples-of-classes.js';
import type { Examples } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';

/**
 * Class weights: a sample counts in the loss by its class, so that a network does not learn to say what is most frequent.
 * `balanced` gives each class the same say: n / (C n_c) for each of its n_c samples, 1 on average.
 *
 *     examples: --labels: [0, 0, 0, 1]---------------|
 *               classWeights()
 *     examples: --weights: [⅔, ⅔, ⅔, 2]--------------|
 *
 * Or a number a class, by its name or number: `weights: { rare: 5, common: 1 }`; a class that is not named counts 1. Only
 * training examples are weighted: a test asks how often the network is right. Any loss takes the weights, as Σ w l / Σ w.
 *
 * Errors: examples without labels; a class that is not there. Source: scikit-learn's `class_weight`.
 */
export const classWeights = stage({
  name: 'classWeights',
  summary: 'Samples count in the loss by their class',
  family: 'data',
  from: 'examples',
  to: 'examples',
  options: z.strictObject({
    weights: z
      .union([z.literal('balanced'), z.record(z.string(), z.number().min(0))])
      .default('balanced')
      .describe('The same say for each class; or a number by the name of a class'),
  }),
  example: 'classWeights: { weights: balanced }',
  build({ weights }, input) {
    requireLabels('classWeights', input);
    return {
      output: input,
      operator: map((examples: Examples): Examples => {
        const { split, labels, weights: own } = examples;
        if (split !== 'train') return examples;
        if (labels === undefined) throw new RunError('classWeights found examples without labels');
        const byClass = weights === 'balanced' ? balanced(labels) : named(weights, examples);
        return { ...examples, weights: Float64Array.from(labels, (label, i) => byClass(label) * (own?.[i] ?? 1)) };
      }),
    };
  },
});

type ByClass = (label: number) => number;

function balanced(labels: NonNullable<Examples['labels']>): ByClass {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return (label) => labels.length / (counts.size * (counts.get(label) ?? 1));
}

function named(weights: Readonly<Record<string, number>>, { labels, classNames }: Examples): ByClass {
  const known = classNames ?? Array.from(new Set(labels), String);
  const wrong = Object.keys(weights).find((name) => !known.includes(name));
  if (wrong !== undefined) {
    throw new PipelineError(
      `classWeights: there is no class ${wrong}; the classes are ${known.slice(0, 20).join(', ')}`,
    );
  }
  const byName = new Map(Object.entries(weights));
  return (label) => byName.get(classNames?.[label] ?? String(label)) ?? 1;
}
