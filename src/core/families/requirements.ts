/** What losses and metrics ask of the targets, and of what the network says. */
import { PipelineError } from '../errors.js';
import type { Spec } from '../kinds.js';

/**
 * For stages that tell classes apart.
 *
 * @param fitting what to use for regression
 * @throws PipelineError where targets are real-valued, or where there are none.
 */
export function requireClasses(
  name: string,
  { classes, targets }: Pick<Spec<'batch'>, 'classes' | 'targets'>,
  fitting: string,
): void {
  if (classes !== undefined) return;
  if (targets === undefined) throw new PipelineError(`${name} needs targets; put oneHot in data:`);
  throw new PipelineError(
    `${name} is for classes, but these targets are real numbers, ${targets} a sample; for regression there is ${fitting}`,
  );
}

/** For metrics of what the network decides: which class, or yes or no. */
export function requireDecisions(name: string, input: Spec<'step'>, fitting: string): void {
  if (input.outputs !== 'binaryLogits') requireClasses(name, input, fitting);
}

/** @throws PipelineError where the loss does not say how the network's numbers become probabilities. */
export function requireProbabilities(name: string, { outputs }: Spec<'step'>): void {
  if (outputs !== undefined) return;
  throw new PipelineError(
    `${name} compares probabilities, and the loss before it takes the network's outputs for any numbers; ` +
      'take softmaxCrossEntropy for classes, or binaryCrossEntropy for yes and no',
  );
}

/** For metrics of real numbers. */
export function requireTargets(name: string, { targets, outputs }: Spec<'step'>): void {
  if (targets !== undefined && outputs === undefined) return;
  if (targets !== undefined) {
    throw new PipelineError(
      `${name} is for real numbers, and the loss before it takes the network's for logits; for yes and no there is accuracy`,
    );
  }
  throw new PipelineError(`${name} is for real-valued targets, and these are none; for classes there is accuracy`);
}
