import { map } from 'rxjs';
import * as z from 'zod';
import { DataError, PipelineError, RunError } from '../../core/errors.js';
import type { Examples } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';

/**
 * One-hot encoding: label 2 of 4 classes becomes the target [0, 0, 1, 0]: what a perfect network would say.
 *
 *     examples: --labels: [2, 0]-------------------|
 *               oneHot({ classes: 3 })
 *     examples: --t: [[0, 0, 1], [1, 0, 0]]--------|
 *
 * The width is noted, and a batcher writes the rows of t that it needs. Fails when a label is not one of the classes, and
 * where there are no labels: real-valued targets are compared as they are.
 *
 * Source: the notebook's `np.eye(10)[labels]`.
 */
export const oneHot = stage({
  name: 'oneHot',
  summary: 'Label 2 of 4 classes becomes [0, 0, 1, 0]',
  family: 'data',
  from: 'examples',
  to: 'examples',
  options: z.strictObject({
    classes: z.int().min(2).max(65_536).describe('C, how many classes there are; labels run from 0 to C - 1'),
  }),
  example: 'oneHot: { classes: 10 }',
  build({ classes }, input) {
    if (input.targets !== undefined) {
      throw new PipelineError(
        `oneHot is for labels, but these examples have ${input.targets} real-valued targets each; leave oneHot out`,
      );
    }
    return {
      output: { ...input, classes },
      operator: map((examples: Examples): Examples => {
        requireLabelsBelow(classes, examples);
        return { ...examples, classes };
      }),
    };
  },
});

function requireLabelsBelow(classes: number, { labels, labelsPath, classNames }: Examples): void {
  if (labels === undefined) throw new RunError('the examples have no labels to encode');
  if (classNames !== undefined && classNames.length !== classes) {
    throw new RunError(
      `the data names ${classNames.length} classes, expected ${classes}; say classes: ${classNames.length}`,
    );
  }
  const index = labels.findIndex((label: number) => label < 0 || label >= classes);
  if (index === -1) return;
  const problem =
    `found the label ${labels[index]} at sample ${index}, expected 0 to ${classes - 1}; ` +
    `give oneHot more classes, or mend the file`;
  if (labelsPath === undefined) throw new RunError(problem);
  const header = 8; // of an IDX file with one dimension
  throw new DataError(labelsPath, problem, { byte: header + index * labels.BYTES_PER_ELEMENT });
}
