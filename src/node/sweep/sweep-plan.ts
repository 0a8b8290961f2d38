/** What a sweep is going to do, checked before the first trial starts. */
import { setImmediate } from 'node:timers/promises';
import { PipelineError } from '../../core/errors.js';
import { type Monitored, metricsOf, monitored } from '../../core/pipeline/choice.js';
import { type Outline, openSources, outlinePipeline } from '../../core/pipeline/pipeline.js';
import { plainStage } from '../../core/stage-list.js';
import { gridPoints, gridSize, withoutPoints } from '../../core/sweep/grid.js';
import { type Halving, rungsOf } from '../../core/sweep/halving.js';
import type { TrialState } from '../../core/sweep/history.js';
import { probePoints } from '../../core/sweep/probes.js';
import { randomPoint } from '../../core/sweep/random.js';
import {
  MOST_TRIALS,
  type StrategyName,
  type SweepSettings,
  sweepSettings,
  TRIALS,
} from '../../core/sweep/settings.js';
import { type Point, readSpace, type Space } from '../../core/sweep/space.js';
import { tpePoint } from '../../core/sweep/tpe.js';
import { type DataOptions, environmentOf, requireWeights } from '../environment.js';
import type { LoadedPipeline } from '../load-pipeline.js';
import { type ComposedTrial, type Composer, composeTrial, inTrial } from './compose-trial.js';
import type { OpenSource } from './sweep-source.js';

/** What the command line, or a program, says of a sweep, in the place of its file. */
export interface SweepChoices {
  readonly strategy?: StrategyName;
  readonly trials?: number;
  readonly metric?: string;
}

export interface SweepPlan {
  readonly base: LoadedPipeline;
  readonly settings: SweepSettings;
  readonly space: Space;
  /** What says which trial is the best. */
  readonly metric: Monitored;
  /** How many trials there are at the most. */
  readonly trials: number;
  /** How many were asked for: more than there are, where no more differ. */
  readonly asked: number;
  /** The trials, where they are known before the first one starts; each once. */
  readonly known: readonly ComposedTrial[] | undefined;
  /** Where trials are stopped early, when. */
  readonly halving: Halving | undefined;
  /**
   * The next trial, where it depends on those before it; undefined where none is left that has not been tried.
   *
   * @throws PipelineError when it is none that could be run.
   */
  readonly propose: (before: readonly (TrialState & { readonly id: string })[]) => ComposedTrial | undefined;
  /** The trial of a point. */
  readonly compose: (point: Point) => ComposedTrial;
}

/** How often a trial is drawn again that has been tried already; then there is hardly another one. */
const DRAWS = 200;

/** How many of those are drawn near the best: where these have all been tried, others are drawn anywhere. */
const NEAR = 5;

/**
 * Composes and checks all trials that are known beforehand, and, where they are drawn, each choice and the ends of each range.
 *
 * @throws PipelineError for a file that cannot be swept, or a trial that cannot be run, with the place and the trial; DataError when
 * data are missing that say whether trials fit.
 */
export async function planSweep(
  { resolver }: OpenSource,
  choices: SweepChoices,
  options: DataOptions & {
    /** Whether data are opened where only they say whether trials fit. */
    readonly opens?: boolean;
    readonly signal?: AbortSignal;
    /** Called with how many trials have been checked, of how many at the most. */
    readonly onChecked?: (trials: number, of: number) => void;
  },
): Promise<SweepPlan> {
  const turn = turns(options.signal);
  const base = resolver();
  const { sweep: section, path, definition } = base;
  if (section?.over === undefined || Object.keys(section.over).length === 0) {
    throw new PipelineError(
      `${section?.at() ?? path}: there is nothing to try; say in "sweep: { over: ... }", or by --over, which values, as ` +
        '--over "train.sgd.learningRate={ log: [0.01, 1] }"',
    );
  }
  const { at, ...said } = section;
  const settings = sweepSettings.parse({ ...said, ...choices });
  const space = readSpace(section.over);
  const check = checker(options);
  const outline = await check(base);
  await requireWeights(base, outline);
  const isSaid = choices.metric !== undefined || at(['metric']) !== at(); // what is not written has the place of its section
  const place = choices.metric === undefined ? at(['metric']) : '--metric';
  const metric = metricOf(settings.metric, isSaid ? place : undefined, base, outline);
  const composer: Composer = { resolver, base, section, space };
  const compose = (point: Point, name = 'a trial'): ComposedTrial => composeTrial(composer, point, name).trial;
  const seed = definition.seed ?? 0;
  const halving = halvingOf(settings, metric, base);
  const trials = trialsOf(settings, space, at);

  /** @param isKnown whether there is the same trial, which is right */
  const checked = async (point: Point, name: string, isKnown = (_: string) => false): Promise<ComposedTrial> => {
    await turn();
    const { trial, loaded } = composeTrial(composer, point, name);
    if (isKnown(trial.id)) return trial;
    await check(loaded).catch((error) =>
      inTrial(name, { space, point }, () => {
        throw error;
      }),
    );
    return trial;
  };
  if (settings.strategy !== 'grid') {
    for (const point of probePoints(space)) await checked(point, 'a trial that could be drawn');
  }
  let known: ComposedTrial[] | undefined;
  if (settings.strategy !== 'tpe') {
    const points = settings.strategy === 'grid' ? gridPoints(space) : draws(space, seed, trials);
    known = await firstOf(points, trials, checked, options.onChecked);
  }
  return {
    base,
    settings,
    space,
    metric,
    trials: known?.length ?? trials,
    asked: trials,
    known,
    halving,
    compose,
    propose(before) {
      if (known !== undefined) return known[before.length];
      if (before.length >= trials) return undefined;
      for (let draw = 0; draw < DRAWS; draw++) {
        const place = [before.length, draw];
        const point = draw < NEAR ? tpePoint(space, before, metric, seed, place) : randomPoint(space, seed, place);
        const trial = compose(point, `trial ${before.length + 1}`);
        if (before.every(({ id }) => id !== trial.id)) return trial;
      }
      return undefined;
    },
  };
}

/** Checks pipelines; what stands in `data:` is opened once for all that have the same there. */
function checker({
  opens = true,
  ...options
}: DataOptions & { readonly opens?: boolean }): (loaded: LoadedPipeline) => Promise<Outline> {
  const opened = new Map<string, LoadedPipeline['definition']['data']>();
  return async (loaded) => {
    const { definition } = loaded;
    const environment = environmentOf(loaded, options);
    if (!opens) return outlinePipeline(definition, environment);
    const key = JSON.stringify(definition.data.map(plainStage));
    const data = opened.get(key) ?? (await openSources(definition, environment)).data;
    opened.set(key, data);
    return outlinePipeline({ ...definition, data }, environment);
  };
}

/** @param said where the metric is named; undefined where it is the default */
function metricOf(
  metric: string,
  said: string | undefined,
  { path, definition }: LoadedPipeline,
  outline: Outline,
): Monitored {
  if (definition.validation === undefined) {
    throw new PipelineError(
      `${path}: a sweep chooses among its trials, and the test must not: hold examples out of train, as ` +
        '"holdOut: { validation: 0.1 }" in data:, and judge them in a validation: section, which this pipeline has not',
    );
  }
  const built = outline.rows.filter((row) => 'output' in row);
  const place = said ?? path;
  if (outline.unknown !== undefined) return { split: 'validation', name: metric, higherIsBetter: false, at: place }; // as far as is known
  const measured = metricsOf(built)
    .filter(({ split }) => split === 'validation')
    .map(({ name }) => `validation.${name}`);
  if (said === undefined && measured.length > 0 && !measured.includes(metric)) {
    throw new PipelineError(
      `${path}: a sweep goes by ${metric} where nothing else is said, and the validation does not measure it: ` +
        `say --metric ${measured.join(', or --metric ')}`,
    );
  }
  return monitored(metric, 'sweep', built, () => place, 'metric');
}

function halvingOf({ strategy, eta, minEpochs, over = {} }: SweepSettings, goal: Monitored, base: LoadedPipeline) {
  if (strategy !== 'halving') return undefined;
  const { epochs = 1 } = base.definition;
  if (Object.hasOwn(over, 'epochs')) {
    throw new PipelineError(
      `${base.sweep?.at(['over', 'epochs'], 'key')}: halving compares trials after as many epochs, so that epochs are the same for all`,
    );
  }
  if (epochs <= minEpochs) {
    throw new PipelineError(
      `${base.sweep?.at(['strategy'])}: halving stops trials after ${minEpochs} of ${epochs} epochs, and there are no more to come; ` +
        'give more epochs, or use the strategy random',
    );
  }
  const { higherIsBetter } = goal;
  return { higherIsBetter, eta, rungs: rungsOf(epochs, { eta, minEpochs }) };
}

/** @throws PipelineError for a grid that is none, or is too large. */
function trialsOf(
  { strategy, trials }: SweepSettings,
  space: Space,
  at: (inside: readonly PropertyKey[]) => string,
): number {
  if (strategy !== 'grid') return trials ?? TRIALS;
  const open = withoutPoints(space);
  if (open !== undefined) {
    throw new PipelineError(
      `${at(['over', ...open.place])}: of a grid, a range says how many values there are, as { log: [0.01, 1], points: 5 }; ` +
        'or use another strategy, as random',
    );
  }
  const size = gridSize(space);
  const most = trials ?? MOST_TRIALS;
  if (size <= most) return size;
  throw new PipelineError(
    `${at(['over'])}: this grid has ${size} points, and there may be ${most} trials; try fewer values, or use the strategy random`,
  );
}

/** Milliseconds that a thread may be taken for, until a signal has to be heard. */
const TURN = 16;

/** What lets others have a turn, now and then, and throws the reason of a signal. */
function turns(signal: AbortSignal | undefined): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < TURN) return;
    await setImmediate();
    signal?.throwIfAborted();
    began = performance.now();
  };
}

/** Points that are drawn one after another; more than are wanted, since some may be the same. */
function* draws(space: Space, seed: number, wanted: number): Generator<Point> {
  for (let draw = 0; draw < wanted + DRAWS * 10; draw++) yield randomPoint(space, seed, [draw]);
}

/** The first trials of these points, each once. */
async function firstOf(
  points: Iterable<Point>,
  count: number,
  checked: (point: Point, name: string, isKnown: (id: string) => boolean) => Promise<ComposedTrial>,
  onChecked: (trials: number, of: number) => void = () => {},
): Promise<ComposedTrial[]> {
  const found = new Map<string, ComposedTrial>();
  const tried = new Set<string>();
  for (const point of points) {
    if (found.size >= count) break;
    const drawn = JSON.stringify(point);
    if (tried.has(drawn)) continue;
    tried.add(drawn);
    const trial = await checked(point, `trial ${found.size + 1}`, (id) => found.has(id));
    if (!found.has(trial.id)) found.set(trial.id, trial);
    onChecked(found.size, count);
  }
  return [...found.values()];
}
