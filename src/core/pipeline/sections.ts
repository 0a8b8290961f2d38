/** The four lists of a pipeline, and which families of stages may stand in each. */
import type { Family } from '../contract.js';

export type Section = 'data' | 'network' | 'train' | 'test';

/** In the order of a pipeline file. */
export const sections: readonly Section[] = ['data', 'network', 'train', 'test'];

/** Testing learns nothing: gradients and optimizers have no place there. */
export const familiesOf: Readonly<Record<Section, readonly Family[]>> = {
  data: ['sources', 'data'],
  network: ['layers', 'activations'],
  train: ['batches', 'forward', 'losses', 'gradients', 'optimizers', 'metrics'],
  test: ['batches', 'forward', 'losses', 'metrics'],
};

/** Says where a stage stands, for messages: `relu.yaml:14:5`, or `network[1]` in code. */
export type Locate = (section: Section, position?: number) => string;
