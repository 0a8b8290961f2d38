import { map } from 'rxjs';
import { pickExamples } from '../../core/examples.js';
import type { Examples } from '../../core/kinds.js';
import { noOptions, stage } from '../../core/stage.js';

/**
 * Shuffled labels: the truth of each training example goes to another one. A sanity check: there is nothing left to learn,
 * so on the test, whose labels stay, a network must do no better than one that guesses. If it does, the test gives the answers
 * away; and what it reaches on train shows how much it can learn by heart.
 *
 *     examples: --labels: [0, 1, 2]------------|
 *               shuffleLabels()
 *     examples: --labels: [2, 0, 1]------------|
 *
 * Source: Zhang, Bengio, Hardt, Recht and Vinyals (2017), "Understanding deep learning requires rethinking generalization".
 */
export const shuffleLabels = stage({
  name: 'shuffleLabels',
  summary: 'The truth of each training example goes to another: a sanity check',
  family: 'data',
  from: 'examples',
  to: 'examples',
  options: noOptions,
  example: 'shuffleLabels',
  build: (_, input, { random }) => ({
    output: input,
    operator: map((examples: Examples): Examples => {
      if (examples.split !== 'train') return examples;
      const { labels, targets } = examples;
      const truths: Examples = { ...examples, shape: [], features: new Uint8Array(countOf(examples)) };
      const shuffled = pickExamples(truths, Array.from(random.permutation(countOf(examples))));
      return { ...examples, labels: labels && shuffled.labels, targets: targets && shuffled.targets };
    }),
  }),
});

const countOf = ({ labels, targets }: Examples): number => labels?.length ?? targets?.shape[0] ?? 0;
