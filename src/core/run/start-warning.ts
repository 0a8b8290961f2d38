import type { PipelineEvent } from './events.js';

/** Adds a warning to the start of a run, where there is one. */
export const withStartWarning =
  (warning: string | undefined, onEvent: (event: PipelineEvent) => void = () => {}) =>
  (event: PipelineEvent): void =>
    onEvent(
      warning !== undefined && event.event === 'start'
        ? { ...event, warnings: [...(event.warnings ?? []), warning] }
        : event,
    );
