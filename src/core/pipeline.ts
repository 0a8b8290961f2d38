/**
 * From a list of stages to something that can run. Everything that can be known without data is checked here: which
 * stage may stand where, whether each gets the kind that it takes, whether the shapes fit. Parameters are made here too,
 * once, and train and test share them.
 */
import { type OperatorFunction, pipe, type SchedulerLike, type UnaryFunction } from 'rxjs';
import { PipelineError } from './errors.js';
import type { Host } from './host.js';
import { createKernels, type Kernels } from './kernels.js';
import type { Batch, Examples, Kind, Metric, Parameter, Spec, Split, Step } from './kinds.js';
import type { Network } from './network.js';
import { seededRandom } from './random.js';
import { type Registry, stagesBetween } from './registry.js';
import { turnScheduler } from './scheduler.js';
import type { AnyStage, Context, Group, Stage } from './stage.js';
import { type DType, sizeOf } from './tensor.js';

/** A pipeline as code: the same four sections as in a pipeline file. */
export interface PipelineDefinition {
  readonly name?: string;
  /** Decides all chance: weights, shuffles, drawn digits. Default 0. */
  readonly seed?: number;
  /** How often training goes through the data. Default 1. */
  readonly epochs?: number;
  /** The type of every computed number. Default float32. */
  readonly dtype?: DType;
  /** A source, then what prepares its examples. */
  readonly data: readonly (Stage<'split', 'examples'> | Stage<'examples', 'examples'>)[];
  /** The layers, from input to output. */
  readonly network: readonly Stage<'batch', 'batch'>[];
  /** A batcher, `forward`, a loss, `backward`, an optimizer, reducers. */
  readonly train: readonly AnyStage[];
  /** A batcher, `forward`, a loss, reducers; run after each epoch. */
  readonly test?: readonly AnyStage[];
}

export type Section = 'data' | 'network' | 'train' | 'test';

/** The sections in the order of a pipeline file. */
export const sections: readonly Section[] = ['data', 'network', 'train', 'test'];

/** Says where a stage stands, for messages: `relu.yaml:14:5`, or `network[1]` in code. */
export type Locate = (section: Section, position?: number) => string;

export interface Environment {
  readonly host?: Host;
  readonly scheduler?: SchedulerLike;
  readonly locate?: Locate;
  /** For suggestions in errors. */
  readonly registry?: Registry;
}

/** A row of `pipeline summary`: a stage, what it gives, and how much it learns. */
export interface StageRow {
  readonly section: Section;
  readonly name: string;
  readonly output: Spec;
  readonly parameters: readonly Parameter[];
}

/** What one pass over a split does. */
export interface Pass {
  readonly steps: OperatorFunction<Examples, Step>;
  /** Side by side: each sees every step. */
  readonly reducers: readonly OperatorFunction<Step, Metric>[];
}

/** A pipeline that is checked, built and ready to run, once. */
export interface Pipeline {
  readonly name: string;
  readonly seed: number;
  readonly epochs: number;
  readonly dtype: DType;
  readonly kernels: Kernels;
  readonly scheduler: SchedulerLike;
  readonly data: OperatorFunction<Split, Examples>;
  readonly network: Network;
  readonly train: Pass;
  readonly test: Pass | undefined;
  /** Every stage, in the order of the file. */
  readonly rows: readonly StageRow[];
  /** Every parameter, named by its place: `network.0.W`. */
  readonly parameters: readonly Parameter[];
}

/** Which families of stages may stand in a section. */
export const groupsOf: Readonly<Record<Section, readonly Group[]>> = {
  data: ['source', 'data'],
  network: ['network'],
  train: ['batches', 'loss', 'learning', 'reducer'],
  test: ['batches', 'loss', 'learning', 'reducer'],
};

/** @throws PipelineError that says where, what was found, what was expected, and what would fit. */
export function buildPipeline(definition: PipelineDefinition, environment: Environment = {}): Pipeline {
  const { name = 'pipeline', seed = 0, epochs = 1, dtype = 'float32' } = definition;
  const {
    host,
    scheduler = turnScheduler,
    locate = (section, position) => (position === undefined ? section : `${section}[${position}]`),
    registry = new Map(),
  } = environment;
  const kernels = createKernels(dtype);
  const random = seededRandom(seed);
  const rows: StageRow[] = [];

  const fail = (problem: string, section: Section, position?: number): never => {
    throw new PipelineError(`${locate(section, position)}: ${problem}`);
  };

  /** Builds one stage on what comes before it. */
  function build(stage: AnyStage, input: Spec, section: Section, position: number, network?: Network) {
    const { from, group, name } = stage.definition;
    if (!groupsOf[section].includes(group)) {
      const home = sections.filter((other) => groupsOf[other].includes(group)).join(': or ');
      fail(`${name} does not belong in ${section}:, it goes in ${home}:`, section, position);
    }
    if (input.kind !== from) {
      fail(
        `${name} takes ${aKind(from)}, but gets ${aKind(input.kind)}${between(input.kind, from)}`,
        section,
        position,
      );
    }
    const context: Context = { kernels, random: random.stream(`${section}.${position}`), scheduler, host, network };
    try {
      const built = stage.build(input, context);
      const parameters = (built.parameters ?? []).map((parameter) => ({
        ...parameter,
        name: `${section}.${position}.${parameter.name}`,
      }));
      rows.push({ section, name, output: built.output, parameters });
      return built;
    } catch (error) {
      if (error instanceof PipelineError) return fail(error.message, section, position);
      if (error instanceof RangeError) {
        return fail(
          `${name} needs more memory than there is; give it smaller sizes (${error.message})`,
          section,
          position,
        );
      }
      throw error;
    }
  }

  /** `; put one of these between: softmaxCrossEntropy, ...`, where a stage leads from one kind to the other. */
  function between(given: Kind, wanted: Kind): string {
    const names = stagesBetween(registry, given, wanted);
    return names.length === 0 ? '' : `; put one of these between: ${names.join(', ')}`;
  }

  /** `: batch, drawBatch, shuffleBatch`, the stages that lead from one kind to the other. */
  function such(given: Kind, wanted: Kind): string {
    const names = stagesBetween(registry, given, wanted);
    return names.length === 0 ? '' : `: ${names.join(', ')}`;
  }

  /** Builds stages one on another, from `first` to `last`. */
  function chain(stages: readonly AnyStage[], section: Section, input: Spec, offset = 0, network?: Network) {
    const operators: UnaryFunction<never, unknown>[] = [];
    let output = input;
    stages.forEach((stage, i) => {
      const built = build(stage, output, section, offset + i, network);
      operators.push(built.operator as UnaryFunction<never, unknown>);
      output = built.output;
    });
    return { output, operators };
  }

  function requireStages(section: Section): readonly AnyStage[] {
    const stages = definition[section] ?? [];
    if (stages.length === 0) fail('expected at least one stage, found none', section);
    return stages;
  }

  const [source, ...preparation] = requireStages('data');
  if (groupsOf.data.includes(source.definition.group) && source.definition.from !== 'split') {
    fail(`data: must begin with a source${such('split', 'examples')}; found ${source.definition.name}`, 'data', 0);
  }
  preparation.forEach(({ definition: { name, group } }, i) => {
    if (group === 'source') fail(`${name} is a source; data: begins with one and has no other`, 'data', i + 1);
  });
  const data = chain([source, ...preparation], 'data', { kind: 'split' });
  const examples = data.output as Spec<'examples'>;

  // The batchers first: the network must know the largest batch before it can plan its buffers.
  const batches = (section: 'train' | 'test') => {
    const stages = requireStages(section);
    const rest = stages.findIndex(({ definition: { group } }) => group !== 'batches');
    const count = rest === -1 ? stages.length : rest;
    const built = chain(stages.slice(0, count), section, examples);
    if (built.output.kind !== 'batch') {
      const batchers = such('examples', 'batch');
      fail(
        `${section}: must begin with a stage that makes batches${batchers}; found ${stages[0].definition.name}`,
        section,
        0,
      );
    }
    return { section, ...built, output: built.output as Spec<'batch'>, rest: stages.slice(count), offset: count };
  };
  const trainBatches = batches('train');
  const testBatches = definition.test === undefined ? undefined : batches('test');

  const networkInput: Spec<'batch'> = {
    ...trainBatches.output,
    size: Math.max(trainBatches.output.size, testBatches?.output.size ?? 0),
  };
  const layers = chain(requireStages('network'), 'network', networkInput);
  const network: Network = {
    input: networkInput,
    output: layers.output as Spec<'batch'>,
    operator: compose<Batch, Batch>(layers.operators),
  };

  function finish({ section, operators, output, rest, offset }: ReturnType<typeof batches>): Pass {
    const reducersFrom = rest.findIndex(({ definition: { group } }) => group === 'reducer');
    const count = reducersFrom === -1 ? rest.length : reducersFrom;
    const [first] = rest;
    if (first?.definition.group === 'loss') {
      fail(`${first.definition.name} judges what the network says; put forward before it`, section, offset);
    }
    const judged = chain(rest.slice(0, count), section, output, offset, network);
    if (judged.output.kind !== 'step') {
      const last = offset + count - 1;
      const losses = such(judged.output.kind, 'step');
      fail(`${section}: needs a loss after ${definition[section]?.[last]?.definition.name}${losses}`, section, last);
    }
    const reducers = rest.slice(count).map((reducer, i) => {
      const position = offset + count + i;
      if (reducer.definition.group !== 'reducer') {
        fail(`${reducer.definition.name} comes after a reducer; only reducers may follow one`, section, position);
      }
      return build(reducer, judged.output, section, position).operator as OperatorFunction<Step, Metric>;
    });
    return { steps: compose<Examples, Step>([...operators, ...judged.operators]), reducers };
  }

  const train = finish(trainBatches);
  const test = testBatches && finish(testBatches);
  // built in the order that they need each other, shown in the order of the file
  rows.sort((a, b) => sections.indexOf(a.section) - sections.indexOf(b.section));
  return {
    name,
    seed,
    epochs,
    dtype,
    kernels,
    scheduler,
    data: compose<Split, Examples>(data.operators),
    network,
    train,
    test,
    rows,
    parameters: rows.flatMap(({ parameters }) => parameters),
  };
}

/** How many numbers a row learns. */
export const countOf = (parameters: readonly Parameter[]): number =>
  parameters.reduce((sum, { value }) => sum + sizeOf(value.shape), 0);

/** One operator of many; the kinds were checked when they were chained. */
const compose = <From, To>(operators: readonly UnaryFunction<never, unknown>[]): OperatorFunction<From, To> =>
  (pipe as (...operators: readonly unknown[]) => unknown)(...operators) as OperatorFunction<From, To>;

const aKind = (kind: Kind): string => (kind === 'examples' ? 'examples' : `a ${kind}`);
