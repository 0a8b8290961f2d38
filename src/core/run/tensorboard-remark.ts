import type { Pipeline } from '../pipeline/pipeline.js';
import type { PipelineEvent } from './events.js';

/** Adds to the start of a run that is kept nowhere that `tensorboard: true` asks in vain. */
export const withTensorboardRemark =
  ({ tensorboard, locate }: Pipeline, onEvent: (event: PipelineEvent) => void = () => {}) =>
  (event: PipelineEvent): void => {
    const isVain = tensorboard && event.event === 'start';
    onEvent(isVain ? { ...event, warnings: [...(event.warnings ?? []), `${locate('tensorboard')}: ${VAIN}`] } : event);
  };

const VAIN = 'tensorboard: writes into the folder of the run, and this run is kept in none';
