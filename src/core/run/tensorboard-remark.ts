import type { Pipeline } from '../pipeline/pipeline.js';
import type { PipelineEvent } from './events.js';
import { withStartWarning } from './start-warning.js';

/** Adds to the start of a run that is kept nowhere that `tensorboard: true` asks in vain. */
export const withTensorboardRemark = (
  { tensorboard, locate }: Pipeline,
  onEvent?: (event: PipelineEvent) => void,
): ((event: PipelineEvent) => void) =>
  withStartWarning(tensorboard ? `${locate('tensorboard')}: ${VAIN}` : undefined, onEvent);

const VAIN = 'tensorboard: writes into the folder of the run, and this run is kept in none';
