import { map } from 'rxjs';
import * as z from 'zod';
import { DataError, NotKnownError, PipelineError, RunError } from '../../core/errors.js';
import { byteOfLabel } from '../../core/families/labelled-images.js';
import type { Examples, LabelSpec } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';

const LEAST = 2;
const MOST = 65_536;

/**
 * One-hot encoding: label 2 of 4 classes becomes the target [0, 0, 1, 0]: what a perfect network would say.
 *
 *     examples: --labels: [2, 0]-------------------|
 *               oneHot({ classes: 3 })
 *     examples: --t: [[0, 0, 1], [1, 0, 0]]--------|
 *
 * The width is noted, and a batcher writes the rows of t that it needs. How many classes there are need not be said where
 * the source knows (`mnist`, `digits`) or its files tell (`idx`: one more than the largest label of all splits).
 *
 * Errors: a label that is not one of the classes, fewer classes than the source has, and examples without labels:
 * real-valued targets are compared as they are.
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
    classes: z
      .int()
      .min(LEAST)
      .max(MOST)
      .optional()
      .describe('C, how many classes there are; labels run from 0 to C - 1. As the data say if left out'),
  }),
  example: 'oneHot: { classes: 10 }',
  build({ classes: stated }, input) {
    if (input.targets !== undefined) {
      throw new PipelineError(
        `oneHot is for labels, but these examples have ${input.targets} real-valued targets each; leave oneHot out`,
      );
    }
    const classes = stated ?? classesIn(input.labels);
    if (input.labels?.from !== undefined) requireClasses(classes, input.labels);
    return {
      output: { ...input, classes },
      operator: map((examples: Examples): Examples => {
        requireLabelsBelow(classes, examples);
        return { ...examples, classes };
      }),
    };
  },
});

function classesIn(labels: LabelSpec | undefined): number {
  if (labels === undefined) throw new NotKnownError('how many classes there are', 'give oneHot classes: 10');
  const { classes, from = 'these examples' } = labels;
  if (classes >= LEAST && classes <= MOST) return classes;
  const problem = `the labels of ${from} run from 0 to ${classes - 1}`;
  throw new PipelineError(`${problem}, expected ${LEAST} to ${MOST} classes`);
}

/** More classes than the data have are no mistake: the rest of them may be elsewhere. */
function requireClasses(stated: number, { classes, from }: LabelSpec): void {
  if (stated >= classes) return;
  const problem = `found classes: ${stated}, expected at least ${classes}: the labels of ${from} run from 0 to ${classes - 1}`;
  throw new PipelineError(`${problem}; write classes: ${classes}, or leave it out`);
}

function requireLabelsBelow(classes: number, { labels, labelsPath, labelBytes, classNames }: Examples): void {
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
  throw new DataError(labelsPath, problem, { byte: byteOfLabel(labels, index, labelBytes) });
}
