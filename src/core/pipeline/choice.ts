/** `earlyStopping:` and `best:`, held against the metrics that the pipeline has. */
import { didYouMean, PipelineError } from '../errors.js';
import type { Split } from '../kinds.js';
import type { StageRow } from './assembly.js';
import type { PipelineDefinition } from './definition.js';
import type { Locate, Setting } from './sections.js';
import { best as bestOptions, earlyStopping as stoppingOptions } from './settings.js';

/** A metric that is looked at after each epoch. */
export interface Monitored {
  readonly split: Split;
  readonly name: string;
  readonly higherIsBetter: boolean;
  /** The setting that names it: `relu.yaml:20:1`. */
  readonly at: string;
}

/** How a run chooses among its epochs. */
export interface Choice {
  /** By which metric the model is chosen. */
  readonly best: Monitored;
  /** When training stops before its last epoch; undefined where it does not. */
  readonly stopping: (Monitored & { readonly patience: number; readonly minDelta: number }) | undefined;
}

/**
 * Undefined where the model is that of the last epoch.
 *
 * @throws PipelineError when there is no such metric.
 */
export function choiceOf(
  { earlyStopping, best }: Pick<PipelineDefinition, 'earlyStopping' | 'best'>,
  rows: readonly StageRow[],
  locate: Locate,
): Choice | undefined {
  if (earlyStopping === undefined && best === undefined) return undefined;
  const stopping = earlyStopping && stoppingOptions.parse(earlyStopping);
  const stops = stopping && { ...stopping, ...monitored(stopping.monitor, 'earlyStopping', rows, locate) };
  const chosen = best && monitored(bestOptions.parse(best).monitor, 'best', rows, locate);
  // one of them is there
  return { best: (chosen ?? stops) as Monitored, stopping: stops };
}

/**
 * The metric that a setting names.
 *
 * @param key what the setting calls it
 * @throws PipelineError when there is no such metric.
 */
export function monitored(
  monitor: string,
  setting: Setting,
  rows: readonly StageRow[],
  locate: Locate,
  key = 'monitor',
): Monitored {
  const metrics = metricsOf(rows);
  const found = metrics.find(({ split, name }) => `${split}.${name}` === monitor);
  if (found !== undefined) return { ...found, at: locate(setting) };
  const names = metrics.map(({ split, name }) => `${split}.${name}`);
  const holdOut = monitor.startsWith('validation.') && !names.some((name) => name.startsWith('validation.'));
  const advice = holdOut
    ? 'there is no validation: section; hold examples out of train for one, or name another metric'
    : `found "${monitor}"${didYouMean(monitor, names)}`;
  throw new PipelineError(`${locate(setting)}: ${key}: ${advice} (there is ${names.join(', ') || 'no metric at all'})`);
}

/** The metrics of an epoch: those of a test count only where there is no validation, since it comes at the end otherwise. */
export function metricsOf(rows: readonly StageRow[]): Omit<Monitored, 'at'>[] {
  const hasValidation = rows.some(({ section }) => section === 'validation');
  return rows.flatMap((row) => {
    const { section, output, definition } = row;
    if (output.kind !== 'metric' || section === 'data' || section === 'network') return [];
    if (section === 'test' && hasValidation) return [];
    return [{ split: section, name: output.name, higherIsBetter: definition.higherIsBetter ?? false }];
  });
}
