/** What one stage emits while a pipeline runs. */
import { concatMap, from, ignoreElements, Observable, pipe, tap } from 'rxjs';
import { didYouMean, PipelineError } from '../errors.js';
import type { Kind, Kinds, Parameter } from '../kinds.js';
import { type Instrument, placeOf, type StageRow } from '../pipeline/assembly.js';
import { type Environment, openPipeline, type PipelineDefinition } from '../pipeline/pipeline.js';
import { run } from '../run/run.js';
import { takeUntilUnsubscribed } from '../take-until-unsubscribed.js';

/** A value, and the stage that it came out of. */
export interface Emission {
  readonly stage: StageRow;
  /** Tensors are valid until the next emission. */
  readonly value: Kinds[Kind];
  /** From `backward` on: every parameter, with this step's gradient. */
  readonly learned: readonly Parameter[];
}

/**
 * Runs a pipeline, and emits what comes out of one stage of it, while it comes out; unsubscribing stops the run. Of a
 * network stage, only what training sends through it: validation and tests have other batches.
 *
 * @param name the stage's place, its name, or both: `train.3`, `forward`, `train.forward`; it must fit one stage alone
 * @throws PipelineError for a stage that is not there; what building and running a pipeline throw.
 */
export const emissionsOf = (
  definition: PipelineDefinition,
  environment: Environment,
  name: string,
): Observable<Emission> =>
  new Observable((subscriber) => {
    let wanted: StageRow | undefined;
    let parameters: readonly Parameter[] = [];
    const instrument: Instrument = (operator, stage, part) => {
      if (part === 'opening' || part === 'between') return operator;
      return pipe(
        operator,
        tap((value) => {
          const isForTests = stage.section === 'network' && typeof value === 'object' && value.split !== 'train';
          if (stage !== wanted || isForTests) return;
          const { output } = stage;
          subscriber.next({ stage, value, learned: output.kind === 'step' && output.gradients ? parameters : [] });
        }),
      );
    };
    from(openPipeline(definition, { ...environment, instrument }))
      .pipe(
        concatMap((pipeline) => {
          wanted = stageNamed(name, pipeline.rows);
          parameters = pipeline.parameters;
          return run(pipeline);
        }),
        ignoreElements(),
        takeUntilUnsubscribed(subscriber),
      )
      .subscribe(subscriber);
  });

function stageNamed(name: string, stages: readonly StageRow[]): StageRow {
  const called = stages.filter((stage) => isCalled(stage, stage.name, name));
  const found = called.length > 0 ? called : stages.filter((stage) => isCalled(stage, stage.definition.formerly, name));
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    throw new PipelineError(`"${name}" stands in ${found.length} places: ${found.map(placeOf).join(', ')}; say which`);
  }
  const names = [...new Set(stages.flatMap((stage) => [placeOf(stage), stage.name]))];
  throw new PipelineError(
    `the pipeline has no stage "${name}"${didYouMean(name, names)} ` +
      `(it has ${stages.map((stage) => `${placeOf(stage)} ${stage.name}`).join(', ')})`,
  );
}

/** Whether these are words for a stage, as a path of `--set` has them: `train.4`, `train.4.sgd`, `train.sgd`, `sgd`. */
const isCalled = (stage: StageRow, name: string | undefined, words: string): boolean =>
  words === placeOf(stage) ||
  (name !== undefined && [name, `${stage.section}.${name}`, `${placeOf(stage)}.${name}`].includes(words));
