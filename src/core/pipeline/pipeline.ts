/**
 * From a list of stages to something that can run. Everything that can be known without data is checked here: which
 * stage may stand where, whether each gets the kind that it takes, whether the shapes fit. Parameters are made here too,
 * once, and train, validation and test share them.
 */
import { defer, finalize, type Observable, type OperatorFunction, pipe, type SchedulerLike } from 'rxjs';
import type { AnyStage, Family, Network } from '../contract.js';
import { createKernels, outlineKernels } from '../create-kernels.js';
import { DataError, PipelineError } from '../errors.js';
import type { Host } from '../host.js';
import type { Kernels, Threads } from '../kernels/kernels.js';
import type { Examples, Metric, Parameter, SourceSplit, Spec, Split, Step } from '../kinds.js';
import { withDataRandom } from '../random/data-random.js';
import { numpyRandom } from '../random/numpy-random.js';
import { type RandomKind, type RandomSource, seededRandom } from '../random/random.js';
import { turnScheduler } from '../scheduler.js';
import { requireFiniteState, restoreWhole, type StateDict, type Stateful } from '../state.js';
import { type DType, sizeOf } from '../tensor.js';
import type { WeightAverage } from '../weight-average.js';
import {
  Assembly,
  askedFor,
  byPlace,
  type Chain,
  type Instrument,
  type NotKnown,
  type PlacedStage,
  type StageRow,
} from './assembly.js';
import { type Choice, choiceOf } from './choice.js';
import { checkDefinition, type PipelineDefinition } from './definition.js';
import { type BegunWith, type DecodeWeights, requireExcepted, takeInitialWeights } from './initial-weights.js';
import { Memory } from './memory.js';
import { Profile, type StageProfile } from './profile.js';
import type { Registry } from './registry.js';
import { familiesOf, type Locate, type Section } from './sections.js';
import { type CheckpointSetting, checkpoint } from './settings.js';

export type { PipelineDefinition };

/** The threads that a host has. */
export interface ThreadPool extends Pick<Threads, 'start'> {
  /** How many can run at the same time. */
  readonly available: number;
}

/** What a pipeline may use of the machine; each has a default. */
export interface Environment {
  readonly host?: Host;
  readonly scheduler?: SchedulerLike;
  /** Threads to compute with; without, there is one. */
  readonly threads?: ThreadPool | undefined;
  /** How many bytes there are: a pipeline that needs more is refused before anything is allocated. */
  readonly memory?: number | undefined;
  readonly locate?: Locate;
  /** For suggestions in errors. */
  readonly registry?: Registry;
  /** From the bytes of a model's file to what its network had learned, for `initialWeights`. */
  readonly decodeWeights?: DecodeWeights;
  /** What wants to see the numbers between the stages. */
  readonly instrument?: Instrument;
  /** Whether the time of every stage is measured. */
  readonly profile?: boolean;
  /** Ends opening: it rejects with the signal's reason, and nothing is allocated any more. */
  readonly signal?: AbortSignal | undefined;
  /** What wants to know, or to repeat, what stages draw. */
  readonly chance?: (source: RandomSource) => RandomSource;
}

/** What one pass over a split does. */
export interface Pass {
  readonly steps: OperatorFunction<Examples, Step>;
  /** Side by side: each sees every step. */
  readonly metrics: readonly OperatorFunction<Step, Metric>[];
}

/** A pipeline that is checked, built and ready to run, once. */
export interface Pipeline {
  readonly name: string;
  readonly seed: number;
  readonly random: RandomKind;
  readonly epochs: number;
  readonly dtype: DType;
  readonly kernels: Kernels;
  readonly scheduler: SchedulerLike;
  /** From each of `sources` to examples. */
  readonly data: OperatorFunction<SourceSplit, Examples>;
  /** What the source is asked for, in this order. */
  readonly sources: readonly SourceSplit[];
  readonly network: Network;
  readonly train: Pass;
  readonly validation: Pass | undefined;
  readonly test: Pass | undefined;
  /** Every stage, in the order of the file. */
  readonly rows: readonly StageRow[];
  /** Every parameter, named by its place: `network.0.W`. */
  readonly parameters: readonly Parameter[];
  /** What the network learns and remembers: what a model is made of. */
  readonly learned: Stateful;
  /** Averages that stand in for the weights where they are judged; undefined where the weights themselves are. */
  readonly average: WeightAverage | undefined;
  /** How a run chooses among its epochs; undefined where the last one counts. */
  readonly choice: Choice | undefined;
  /** The network whose weights it begins with; undefined where they were drawn. */
  readonly begunWith?: BegunWith | undefined;
  /** When a run that is kept writes a checkpoint. */
  readonly checkpoint: CheckpointSetting;
  /** Whether a run that is kept writes event files for TensorBoard. */
  readonly tensorboard: boolean;
  /** How many networks a committee of this pipeline has, of which a run trains one; undefined where it says nothing of it. */
  readonly members: number | undefined;
  /** Where a stage stands in the pipeline's file or definition. */
  readonly locate: Locate;
  /** What every stage has done so far, and how long that took; undefined where it is not measured. */
  readonly profile?: (() => readonly StageProfile[]) | undefined;
  /** A copy of all that decides how it goes on: parameters, what stages remember, where random streams stand. */
  state(): StateDict;
  /**
   * Goes on from such a state, all of it or nothing.
   *
   * @throws PipelineError in the middle of an epoch; and one that names what does not fit, since it is the state of another pipeline, or what is not finite.
   */
  restore(state: StateDict): void;
}

/** What can be said of a pipeline before its data are opened. */
export interface Outline
  extends Pick<
    Pipeline,
    'name' | 'seed' | 'epochs' | 'dtype' | 'data' | 'sources' | 'test' | 'parameters' | 'locate' | 'choice'
  > {
  /** Every stage, in the order of the file; one that could not be built has neither output nor parameters. */
  readonly rows: readonly (StageRow | PlacedStage)[];
  /** What was missing; undefined where everything is known. */
  readonly unknown: NotKnown | undefined;
  /** How much memory parameters, gradients and buffers take, as far as it is known. */
  readonly bytes: number;
}

/**
 * Checks what can be checked without data, and allocates nothing: parameters have a shape, and no numbers yet. Where
 * something is missing that a source's files say, the stages from there on are checked by what they take and give alone.
 *
 * @throws PipelineError, as `buildPipeline` does; and where more memory is needed than the environment has.
 */
export function outlinePipeline(definition: PipelineDefinition, environment: Environment = {}): Outline {
  const { pipeline, unbuilt, unknown, bytes } = assemble(definition, environment, 'outline');
  const { name, seed, epochs, dtype, data, sources, test, rows, parameters, locate, choice } = pipeline;
  const all = [...rows, ...unbuilt].toSorted(byPlace);
  return { name, seed, epochs, dtype, data, sources, test, parameters, locate, choice, rows: all, unknown, bytes };
}

/**
 * Checks and builds a pipeline. Where something is missing that a source's files say (a shape, how many examples there
 * are), they are opened: after everything else was checked, and before a parameter is made.
 *
 * @throws PipelineError, as `buildPipeline` does; DataError when a file is missing, broken, or not what is said of it; the reason
 * of the environment's signal.
 */
export async function openPipeline(definition: PipelineDefinition, environment: Environment = {}): Promise<Pipeline> {
  const { signal } = environment;
  signal?.throwIfAborted();
  const opened = await openSources(definition, environment);
  signal?.throwIfAborted();
  outlinePipeline(opened, environment); // what is too large is refused before the first layer is allocated
  const { pipeline } = assemble(opened, environment, 'whole');
  const begunWith = await takeInitialWeights(pipeline, opened, environment);
  signal?.throwIfAborted();
  return { ...pipeline, begunWith };
}

/**
 * The same pipeline, whose sources have opened their files where what they say is needed.
 *
 * @throws what `openPipeline` throws.
 */
export async function openSources(
  definition: PipelineDefinition,
  environment: Environment,
): Promise<PipelineDefinition> {
  const { host } = environment;
  if (host === undefined || !hasUnopened(checkDefinition(definition))) return definition;
  const { unknown, rows } = outlinePipeline(definition, environment);
  const isChecked = unknown === undefined && rows.every((row) => !('unchecked' in row));
  return isChecked ? definition : opened(definition, host, environment);
}

/**
 * What reads and prepares the data of a pipeline, whose sources have opened their files, whether or not the network and the losses
 * fit them.
 *
 * @throws what `openPipeline` throws for what stands in `data:`.
 */
export async function openData(
  definition: PipelineDefinition,
  environment: Environment,
): Promise<Pick<Pipeline, 'name' | 'data' | 'sources'>> {
  const { host } = environment;
  const known = host === undefined ? definition : await opened(checkDefinition(definition), host, environment);
  const { assembly } = begun(known, environment, 'outline');
  const { name = 'pipeline', data } = known;
  return { name, data: chainData(assembly, data).operator, sources: splitsOf(known) };
}

async function opened(
  definition: PipelineDefinition,
  host: Host,
  environment: Environment,
): Promise<PipelineDefinition> {
  const splits = splitsOf(definition);
  const { locate = placeInCode } = environment;
  const open = async (stage: AnyStage, position: number): Promise<AnyStage> => {
    try {
      return (await stage.open?.(host, splits)) ?? stage;
    } catch (error) {
      const place = locate('data', position);
      if (error instanceof DataError) throw askedFor(error, stage.definition.name, place);
      if (!(error instanceof PipelineError) || error.placed) throw error;
      throw new PipelineError(`${place}: ${error.message}`, { cause: error, placed: true });
    }
  };
  const data = await Promise.all(definition.data.map(open));
  return { ...definition, data } as PipelineDefinition;
}

const hasUnopened = ({ data }: PipelineDefinition): boolean => data.some(({ open }) => open !== undefined);

/** What a source is asked for, in this order: what is held out of train, it is not. */
export const splitsOf = ({ data, test }: Pick<PipelineDefinition, 'data' | 'test'>): readonly SourceSplit[] =>
  test === undefined || holdsOutOf(data, 'test') ? ['train'] : ['train', 'test'];

const holdsOutOf = (data: PipelineDefinition['data'], split: 'validation' | 'test'): boolean =>
  data.some(({ definition, options }) => definition.holdsOut?.(options).includes(split));

/**
 * Checks and builds a pipeline that says all that has to be known of its data; `openPipeline` does so for every pipeline.
 *
 * @throws PipelineError that says where, what was found, what was expected, and what would fit.
 */
export function buildPipeline(definition: PipelineDefinition, environment: Environment = {}): Pipeline {
  const { pipeline } = assemble(definition, environment, 'whole');
  if (definition.initialWeights === undefined) return pipeline;
  throw new PipelineError('initialWeights is a file: it is read by runPipeline and openPipeline, not by buildPipeline');
}

/** A pipeline, and what could not be built of it: where there is anything, it is not fit to run. */
interface Assembled extends Pick<Assembly, 'unbuilt' | 'unknown'> {
  readonly pipeline: Pipeline;
  readonly bytes: number;
}

function assemble(given: PipelineDefinition, environment: Environment, extent: 'outline' | 'whole'): Assembled {
  const definition = checkDefinition(given);
  const { name = 'pipeline', seed = 0, random = 'perStage', epochs = 1, dtype = 'float32' } = definition;
  const { assembly, memory, profile } = begun(definition, environment, extent);
  const { kernels, scheduler, locate } = assembly.setting;
  const data = chainData(assembly, definition.data);
  requireValidation(assembly, definition);
  // The batchers first: the network must know the largest batch before it can plan its buffers.
  const batchesOf = (section: 'validation' | 'test'): Batches | undefined => {
    const stages = definition[section];
    return stages && chainBatches(assembly, section, stages, data.output);
  };
  const trainBatches = chainBatches(assembly, 'train', definition.train, data.output);
  const validationBatches = batchesOf('validation');
  const testBatches = batchesOf('test');
  const sizes = [trainBatches, validationBatches, testBatches].map((batches) => batches?.output.size ?? 0);
  const network = chainNetwork(assembly, definition.network, { ...trainBatches.output, size: Math.max(...sizes) });
  const learning = finishPass(assembly, trainBatches, network);
  let isLearning = false;
  const steps = (examples: Observable<Examples>): Observable<Step> => {
    isLearning = true;
    return learning.steps(examples).pipe(finalize(() => (isLearning = false)));
  };
  const train = { ...learning, steps: (examples: Observable<Examples>) => defer(() => steps(examples)) };
  const validation = validationBatches && finishPass(assembly, validationBatches, network);
  const test = testBatches && finishPass(assembly, testBatches, network);

  const { rows, parameters, learned, average, state, unbuilt, unknown } = assembly;
  if (unknown === undefined) requireExcepted(definition, rows, locate);
  const pipeline: Pipeline = {
    name,
    seed,
    random,
    epochs,
    dtype,
    kernels,
    scheduler,
    data: data.operator,
    sources: splitsOf(definition),
    network,
    train,
    validation,
    test,
    rows,
    parameters,
    learned,
    average,
    choice: unknown === undefined ? choiceOf(definition, rows, locate) : undefined,
    checkpoint: checkpoint.parse(definition.checkpoint ?? {}),
    tensorboard: definition.tensorboard ?? false,
    members: definition.members,
    locate,
    profile: profile && (() => profile.stages()),
    state: state.state,
    restore(saved) {
      if (isLearning) throw new PipelineError('the pipeline is learning: a state is restored before it or after it');
      requireFiniteState(saved);
      restoreWhole(state, saved);
    },
  };
  return { pipeline, unbuilt, unknown, bytes: memory.bytes };
}

/** What the stages of a pipeline are built in, before the first one is. */
function begun(
  definition: PipelineDefinition,
  environment: Environment,
  extent: 'outline' | 'whole',
): { readonly assembly: Assembly; readonly memory: Memory; readonly profile: Profile | undefined } {
  const { seed = 0, dataSeed, random = 'perStage', epochs = 1 } = definition;
  const { dtype = 'float32', backend = 'wasm', threads = 'auto' } = definition;
  const { host, locate = placeInCode, registry = new Map(), chance = (source) => source } = environment;
  const profile = environment.profile && extent === 'whole' ? new Profile(dtype) : undefined;
  const instrument = instrumentOf(environment, profile);
  const { scheduler: turns = turnScheduler } = environment;
  const scheduler = profile?.scheduler(turns) ?? turns;
  const memory = new Memory(environment.memory);
  const kernels = memory.counting(
    extent === 'outline'
      ? outlineKernels(dtype, backend)
      : createKernels(dtype, backend, environment.threads && threadsFor(environment.threads, threads)),
  );
  const outline = extent === 'outline' && hasUnopened(definition);
  const sourceOf = randomSources[random];
  const chances = chance(dataSeed === undefined ? sourceOf(seed) : withDataRandom(sourceOf(seed), sourceOf(dataSeed)));
  const setting = { kernels, random: chances, scheduler, host, epochs, locate, registry, instrument, outline };
  return { assembly: new Assembly(setting), memory, profile };
}

/** What goes around every stage: what measures it, and around that what the environment wants to see. */
function instrumentOf({ instrument }: Environment, profile: Profile | undefined): Instrument {
  if (profile === undefined) return instrument ?? ((operator) => operator);
  return (operator, row, part) => {
    const measured = profile.instrument(operator, row, part);
    return instrument?.(measured, row, part) ?? measured;
  };
}

/** A third thread and more found too little to do in networks of this size to be worth their heat. */
const ENOUGH = 4;

const threadsFor = (pool: ThreadPool, wanted: 'auto' | number): Threads => ({
  count: wanted === 'auto' ? Math.min(pool.available, ENOUGH) : wanted,
  adaptive: wanted === 'auto',
  start: pool.start,
});

const randomSources: Readonly<Record<RandomKind, (seed: number) => RandomSource>> = {
  perStage: seededRandom,
  numpy: numpyRandom,
};

const placeInCode: Locate = (section, position, inside = []) =>
  position === undefined ? section : `${section}${[position, ...inside].map((i) => `[${i}]`).join('')}`;

/** How many numbers are learned; not those that are frozen. */
export const countOf = (parameters: readonly Parameter[]): number =>
  parameters.reduce((sum, { value, frozen }) => sum + (frozen ? 0 : sizeOf(value.shape)), 0);

/** A source, then what prepares its examples. */
function chainData(assembly: Assembly, stages: readonly AnyStage[]): Chain<'examples'> {
  requireStages(assembly, 'data', stages);
  const [{ definition: first }, ...rest] = stages;
  if (familiesOf.data.includes(first.family) && first.from !== 'split') {
    const sources = assembly.such('split', 'examples');
    assembly.fail(`data: must begin with a source${sources}; found ${first.name}`, 'data', 0);
  }
  rest.forEach(({ definition: { name, family } }, i) => {
    if (family === 'sources')
      assembly.fail(`${name} is a source; data: begins with one and has no other`, 'data', i + 1);
  });
  return assembly.chain(stages, { kind: 'split' }, 'data') as Chain<'examples'>;
}

/** Examples are held out for a validation, and a validation needs some. */
function requireValidation(assembly: Assembly, { data, validation, test }: PipelineDefinition): void {
  const holding = data.flatMap(({ definition: { holdsOut, name }, options }, position) =>
    holdsOut === undefined ? [] : [{ name, position, splits: holdsOut(options) }],
  );
  const [first, second] = holding;
  if (validation !== undefined && !holdsOutOf(data, 'validation')) {
    const problem =
      'there are no examples to validate on; take some from train in data:, as "holdOut: { validation: 0.1 }"';
    assembly.fail(problem, 'validation');
  }
  if (second !== undefined) {
    const problem = `${first.name} holds examples out already; once is enough`;
    assembly.fail(problem, 'data', second.position);
  }
  for (const split of first?.splits ?? []) {
    if ({ validation, test }[split] !== undefined) continue;
    const problem = `${first.name} takes examples from train that nothing looks at; add a ${split}: section, or leave it out`;
    assembly.fail(problem, 'data', first.position);
  }
}

/** The first stages of a pass, up to the batches; the others wait for the network. */
interface Batches extends Chain<'batch'> {
  readonly section: Split;
  readonly stages: readonly AnyStage[];
  /** How many stages made the batches, and distorted them. */
  readonly count: number;
}

function chainBatches(
  assembly: Assembly,
  section: Split,
  stages: readonly AnyStage[],
  examples: Spec<'examples'>,
): Batches {
  requireStages(assembly, section, stages);
  const count = countWhile(stages, (family) => family === 'batches' || family === 'augmentation');
  const { output, operator } = assembly.chain(stages.slice(0, count), { ...examples, split: section }, section);
  if (output.kind !== 'batch') {
    const batchers = assembly.such('examples', 'batch');
    const found = stages[0].definition.name;
    return assembly.fail(
      `${section}: must begin with a stage that makes batches${batchers}; found ${found}`,
      section,
      0,
    );
  }
  return { section, stages, count, output, operator };
}

function chainNetwork(assembly: Assembly, stages: readonly AnyStage[], input: Spec<'batch'>): Network {
  requireStages(assembly, 'network', stages);
  const { output, operator } = assembly.chain(stages, input, 'network') as Chain<'batch'>;
  return { input, output, operator };
}

/** Forward, a loss and what else works on steps; then the metrics, side by side on the last step. */
function finishPass(assembly: Assembly, { section, stages, count, output, operator }: Batches, network: Network): Pass {
  const metricsFrom = count + countWhile(stages.slice(count), (family) => family !== 'metrics');
  const [first] = stages.slice(count);
  if (first?.definition.family === 'losses') {
    assembly.fail(`${first.definition.name} judges what the network says; put forward before it`, section, count);
  }
  const late = stages.findIndex(({ definition: { family } }, i) => i >= count && family === 'augmentation');
  if (section === 'train' && late !== -1) {
    const { name } = stages[late].definition;
    assembly.fail(`${name} distorts what the network is given; put it before forward`, section, late);
  }
  const steps = assembly.chain(stages.slice(count, metricsFrom), output, section, count, network);
  if (steps.output.kind !== 'step') {
    const last = metricsFrom - 1;
    const losses = assembly.such(steps.output.kind, 'step');
    assembly.fail(`${section}: needs a loss after ${stages[last].definition.name}${losses}`, section, last);
  }
  const names = new Set<string>();
  const metrics = stages.slice(metricsFrom).map((metric, i) => {
    const position = metricsFrom + i;
    if (metric.definition.family !== 'metrics') {
      const { name, asMetric } = metric.definition;
      const hint = asMetric === undefined ? '' : `; as a metric, it is ${asMetric}`;
      assembly.fail(`${name} comes after a metric; only metrics may follow one${hint}`, section, position);
    }
    const built = assembly.build(metric, steps.output, { section, position, inside: [] });
    const { name = metric.definition.metricName?.(metric.options) } = built.output as Partial<Spec<'metric'>>;
    // reports show metrics by name: of two that share one, only the last would be seen
    if (name !== undefined && names.has(name))
      assembly.fail(`there already is a metric "${name}" in ${section}:`, section, position);
    if (name !== undefined) names.add(name);
    return built.operator as OperatorFunction<Step, Metric>;
  });
  return { steps: pipe(operator, steps.operator), metrics };
}

function requireStages(assembly: Assembly, section: Section, stages: readonly AnyStage[] = []): void {
  if (stages.length === 0) assembly.fail('expected at least one stage, found none', section);
}

/** How many stages from the first on belong to such a family. */
function countWhile(stages: readonly AnyStage[], belongs: (family: Family) => boolean): number {
  const end = stages.findIndex(({ definition }) => !belongs(definition.family));
  return end === -1 ? stages.length : end;
}
