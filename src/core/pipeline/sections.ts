/** The four lists of a pipeline, and which families of stages may stand in each. */
import type { Group } from '../stage.js';

export type Section = 'data' | 'network' | 'train' | 'test';

/** In the order of a pipeline file. */
export const sections: readonly Section[] = ['data', 'network', 'train', 'test'];

/** Testing learns nothing: `backward` and optimizers have no place there. */
export const groupsOf: Readonly<Record<Section, readonly Group[]>> = {
  data: ['source', 'data'],
  network: ['network'],
  train: ['batches', 'forward', 'loss', 'learning', 'reducer'],
  test: ['batches', 'forward', 'loss', 'reducer'],
};

/** Says where a stage stands, for messages: `relu.yaml:14:5`, or `network[1]` in code. */
export type Locate = (section: Section, position?: number) => string;
