/** Several models that answer together: each may be wrong in its own way, and their mean seldom is in all of them. */
import { concatMap } from 'rxjs';
import { PipelineError } from '../errors.js';
import { printable, shortened } from '../printable.js';
import { type Tensor, zeros } from '../tensor.js';
import { describeValue } from '../wrong-value.js';
import type { Model } from './model.js';
import { classesIn, type Prediction, type Predictor } from './predictor.js';
import type { Samples } from './samples.js';

/** Models whose predictions are averaged. */
export interface Committee extends Predictor {
  readonly members: readonly Model[];
}

/** Whether what predicts is several models, and not one. */
export const isCommittee = (predictor: Predictor): predictor is Committee => 'members' in predictor;

/**
 * The committee of some models. Of each sample it says the mean of what its members say: of their probabilities, or, where they
 * have none, of their outputs in the targets' own units.
 *
 *     p = (p1 + p2 + ... + pM) / M
 *
 * @throws PipelineError when there is no model, or two of them do not read the same samples or say the same things.
 */
export function committeeOf(members: readonly Model[]): Committee {
  const wrong = members.find((member) => typeof member?.predict !== 'function' || isCommittee(member));
  if (members.length === 0 || wrong !== undefined) {
    const found = members.length === 0 ? 'none' : describeValue(wrong);
    throw new PipelineError(`committeeOf: expected models, as loadModel gives them, found ${found}`);
  }
  const [first] = members;
  for (const [i, member] of members.entries()) requireAlike(first, member, `member ${i + 1}`);
  const { name, shape, classNames, targetNames, description } = first;
  const { input, columns, pictures } = description;

  const predict = async (samples: Samples): Promise<Prediction> => {
    const said: Prediction[] = [];
    for (const member of members) said.push(await member.predict(samples));
    const outputs = meanOf(said.map((one) => one.probabilities ?? one.outputs));
    const probabilities = said[0].probabilities && outputs;
    return { ...classesIn(outputs, classNames), probabilities, outputs, unseen: said[0].unseen };
  };
  return {
    name,
    shape,
    classNames,
    targetNames,
    description: { input, ...(columns && { columns }), ...(pictures && { pictures }) },
    members,
    predict,
    operator: () => concatMap(predict),
  };
}

/** The mean of tensors of one shape, number by number, in float64. */
export function meanOf(tensors: readonly Tensor[]): Tensor {
  const mean = zeros(tensors[0].shape, 'float64');
  for (const { data } of tensors) for (let i = 0; i < data.length; i++) mean.data[i] += data[i];
  for (let i = 0; i < mean.data.length; i++) mean.data[i] /= tensors.length;
  return mean;
}

/** What must be the same of all members, or their mean is that of unlike things. */
const inCommon = ({ classNames, targetNames, description: { input, outputs, columns, pictures } }: Model) => ({
  'the shape of a sample': input.shape,
  'what each class is called': classNames,
  'what each target is called': targetNames,
  'what the network says': outputs,
  'the columns of the table': columns,
  'how pictures are read': pictures,
});

/** @throws PipelineError that says what is another. */
function requireAlike(first: Model, other: Model, called: string): void {
  const [expected, found] = [inCommon(first), inCommon(other)].map((all) =>
    Object.entries(all).map(([what, value]) => ({ what, value: JSON.stringify(value) ?? 'nothing' })),
  );
  const i = found.findIndex(({ value }, i) => value !== expected[i].value);
  if (i === -1) return;
  throw new PipelineError(
    `${called} does not fit the first: ${found[i].what} is ${shown(found[i].value)}, expected ${shown(expected[i].value)}`,
  );
}

const shown = (json: string): string => printable(shortened(json, 120));
