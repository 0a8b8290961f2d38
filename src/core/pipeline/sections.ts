/** The five lists of a pipeline, and which families of stages may stand in each. */
import type { Family } from '../contract.js';
import { type Split, splits } from '../kinds.js';

/** A list of stages in a pipeline file, by its key. */
export type Section = 'data' | 'network' | Split;

/** In the order of a pipeline file. */
export const sections: readonly Section[] = ['data', 'network', ...splits];

/** Validation and tests learn nothing: gradients and optimizers have no place there. */
const judging: readonly Family[] = ['batches', 'forward', 'losses', 'metrics'];

export const familiesOf: Readonly<Record<Section, readonly Family[]>> = {
  data: ['sources', 'data'],
  network: ['layers', 'activations'],
  train: ['batches', 'augmentation', 'forward', 'losses', 'gradients', 'optimizers', 'metrics'],
  validation: judging,
  test: judging,
};

/**
 * Says where a stage, or a setting, stands, for messages: `relu.yaml:14:5`, or `network[1]` in code.
 *
 * @param inside of a stage that another one holds: its position there, and so on inwards
 */
export type Locate = (section: Section | Setting, position?: number, inside?: readonly number[]) => string;

/** What a pipeline says beside its stages, and can be wrong together with them. */
export type Setting = 'earlyStopping' | 'best' | 'initialWeights' | 'tensorboard' | 'sweep';
