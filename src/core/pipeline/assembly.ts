/** Puts stages one on another: each is checked against what comes before it, built, and entered in a list. */
import { catchError, ignoreElements, type OperatorFunction, pipe, throwError, type UnaryFunction } from 'rxjs';
import { requireBuilt } from '../built-value.js';
import type { AnyStage, Built, Context, Family, Nested, PartOfBlock, Stage, StageDefinition } from '../contract.js';
import { DataError, MarblenetError, NotKnownError, PipelineError, RunError } from '../errors.js';
import type { Kind, Kinds, Parameter, Running, Spec } from '../kinds.js';
import type { RandomSource } from '../random/random.js';
import { faultProblem } from '../stage-fault.js';
import { type PlainStage, plainStage } from '../stage-list.js';
import { joinStates, type Stateful, stateOf } from '../state.js';
import type { WeightAverage } from '../weight-average.js';
import { eachSplitOnce } from './each-split-once.js';
import { notedMaker } from './noted-maker.js';
import { type Registry, stagesBetween } from './registry.js';
import { familiesOf, type Locate, type Section, sections } from './sections.js';

/** Where a stage stands. */
export interface Place {
  readonly section: Section;
  /** Counts from 0 in its section. */
  readonly position: number;
  /** Of a stage that another one holds: its position there, and so on inwards; empty for one of the section's own. */
  readonly inside: readonly number[];
}

/** A stage, and where it stands. */
export interface PlacedStage extends Place {
  readonly name: string;
  /** What the stage declares, and its options with the defaults filled in: what an exporter reads. */
  readonly definition: StageDefinition;
  readonly options: Stage['options'];
}

/** A row of `pipeline summary`: a stage, what it gives, and what it learns. */
export interface StageRow extends PlacedStage {
  readonly output: Spec;
  /** Named by their place: `network.0.W`. */
  readonly parameters: readonly Parameter[];
  /** What it remembers beside them; undefined where that is nothing. */
  readonly state?: Stateful;
  /** Of an optimizer that tells it: the learning rate of its last step. */
  readonly learningRate?: () => number | undefined;
  /** What it checks only when data come, since it is not known before: "how many examples there are". */
  readonly unchecked?: string;
  /** For messages: `relu.yaml:14:5: relu`. */
  readonly at: string;
}

/** Where a stage stands, in words: `network.0`; inside another one, `network.1.0`. */
export const placeOf = ({ section, position, inside }: Place): string => [section, position, ...inside].join('.');

/** A stage and its place in plain values. */
export const recordOf = (stage: PlacedStage): { readonly place: string } & PlainStage => ({
  place: placeOf(stage),
  ...plainStage(stage),
});

/** The place and the name of a parameter in it: of `network.1.0.W`, `network.1.0` and `W`. */
export function splitName(parameter: string): { readonly place: string; readonly name: string } {
  const [place = ''] = /^[a-z]+(\.\d+)+(?=\.)/.exec(parameter) ?? [];
  return { place, name: parameter.slice(place.length + 1) };
}

/** Whether a built stage compares the samples of a batch number by number: of one alone nothing would be left. */
export const comparesRows = ({ definition, output }: Pick<StageRow, 'definition' | 'output'>): boolean =>
  definition.comparesSamples === true && output.kind === 'batch' && output.shape.length === 1;

/** Whether a stage stands in its section itself, not inside another stage. */
export const isOutermost = ({ inside }: Place): boolean => inside.length === 0;

/** The operator of a stage, whatever its kinds are. */
export type StageOperator = OperatorFunction<Kinds[Kind], Kinds[Kind]>;

/**
 * Puts something around every stage of a pipeline while it is built: what wants to see the numbers that a stage emits
 * returns `pipe(operator, tap(look))`. Tensors are valid until the stage's next emission, as for any stage downstream.
 *
 * @param part of a stage that holds others: it is called for each part that is no list of stages
 */
export type Instrument = (
  operator: StageOperator,
  stage: StageRow,
  part?: Exclude<PartOfBlock, 'stages'>,
) => StageOperator;

/** Stages that were put one on another. */
export interface Chain<To extends Kind> {
  readonly output: Spec<To>;
  // biome-ignore lint/suspicious/noExplicitAny: the kinds were checked one by one
  readonly operator: OperatorFunction<any, any>;
}

/** What stages are built with, and where they stand. */
export interface Setting extends Omit<Context, 'random' | 'network' | 'parameters' | 'running' | 'at' | 'nest'> {
  readonly random: RandomSource;
  readonly locate: Locate;
  readonly registry: Registry;
  readonly instrument: Instrument;
  /** Whether to go on, by what stages take and give alone, where something is not known before data are opened. */
  readonly outline: boolean;
}

/** What is not known before data are opened, and which stage asks for it. */
export interface NotKnown extends PlacedStage {
  /** "the shape of a sample" */
  readonly what: string;
}

export class Assembly {
  readonly #rows: StageRow[] = [];
  readonly #unbuilt: PlacedStage[] = [];
  #unknown: NotKnown | undefined;
  #parameters: readonly Parameter[] = [];
  #running: readonly Running[] = [];
  #average: WeightAverage | undefined;
  /** What stages learn and remember, by their place. */
  readonly #states: (readonly [place: string, state: Stateful])[] = [];

  constructor(readonly setting: Setting) {}

  /** Every stage so far, in the order of a pipeline file. */
  get rows(): readonly StageRow[] {
    return this.#rows.toSorted(byPlace);
  }

  /** Those of an outline that could not be built. */
  get unbuilt(): readonly PlacedStage[] {
    return this.#unbuilt.toSorted(byPlace);
  }

  /** Why they could not; undefined where everything is known. */
  get unknown(): NotKnown | undefined {
    return this.#unknown;
  }

  /** What all stages so far learn, in the order of a pipeline file. */
  get parameters(): readonly Parameter[] {
    return this.#parameters;
  }

  /** What the layers so far learn and remember; averaged, where a stage averages it. */
  get learned(): Stateful {
    const learned = joinStates(this.#states.filter(([place]) => place.startsWith('network.')));
    return this.#average?.in(learned) ?? learned;
  }

  /** The averages of what is learned; undefined where no stage averages it. */
  get average(): WeightAverage | undefined {
    return this.#average;
  }

  /** What all stages so far learn and remember, and where the random streams stand. */
  get state(): Stateful {
    return joinStates([...this.#states, ['random', this.setting.random]]);
  }

  /** Builds stages one on another; the first stands at `position`. */
  chain(
    stages: readonly AnyStage[],
    input: Spec,
    section: Section,
    position = 0,
    network?: Context['network'],
  ): Chain<Kind> {
    return this.#oneOnAnother(stages, input, (i) => ({ section, position: position + i, inside: [] }), network);
  }

  /** The stages that one holds, built one on another: they stand at `network.1.0`, `network.1.1`. */
  #nested(stages: readonly AnyStage[], input: Spec<'batch'>, stands: Place, first: number): Nested {
    const placeAt = (i: number): Place => ({ ...stands, inside: [...stands.inside, first + i] });
    return this.#oneOnAnother(stages, input, placeAt) as Nested;
  }

  #oneOnAnother(
    stages: readonly AnyStage[],
    input: Spec,
    placeAt: (i: number) => Place,
    network?: Context['network'],
  ): Chain<Kind> {
    const operators: UnaryFunction<never, unknown>[] = [];
    let output = input;
    for (const [i, stage] of stages.entries()) {
      const built = this.build(stage, output, placeAt(i), network);
      operators.push(built.operator);
      output = built.output;
    }
    return {
      output,
      operator: (pipe as (...all: readonly unknown[]) => OperatorFunction<unknown, unknown>)(...operators),
    };
  }

  /** @throws PipelineError when the stage may not stand here, does not take what comes, or refuses its shapes. */
  build(stage: AnyStage, input: Spec, stands: Place, network?: Context['network']): Built<Kind, Kind> {
    const { definition, options } = stage;
    const { from, family, name } = definition;
    const { section } = stands;
    const placed: PlacedStage = { ...stands, name, definition, options };
    if (!familiesOf[section].includes(family)) {
      const homes = sections.filter((other) => familiesOf[other].includes(family)).map((other) => `${other}:`);
      const home = homes.join(', ').replace(/, ([^,]*)$/, ' or $1');
      this.#failAt(stands, `${name} does not belong in ${section}:, it goes in ${home}`);
    }
    if (input.kind !== from) {
      const names = this.such(input.kind, from);
      const between = names && `; put one of these between${names}`;
      this.#failAt(stands, `${name} takes ${aKind(from)}, but gets ${aKind(input.kind)}${between}`);
    }
    if (this.#unknown !== undefined) return this.#leaveUnbuilt(placed);
    try {
      const place = placeOf(stands);
      const random = this.setting.random.stream(place);
      const at = `${this.#locate(stands)}: ${name}`;
      let held = 0;
      const nest: Context['nest'] = (stages, given) => {
        held += stages.length;
        return this.#nested(stages, given, stands, held - stages.length);
      };
      const { parameters } = this;
      const context = { ...this.setting, random, network, parameters, running: this.#running, at, nest };
      const built = requireBuilt(stage.build(input, context), definition);
      if (built.average !== undefined && this.#average !== undefined) {
        throw new PipelineError(`${name} averages what is averaged already; leave one of them out`);
      }
      if (built.average !== undefined && !this.#hasOptimizer) {
        const behind = 'put it behind an optimizer, as sgd: { learningRate: 0.1 }';
        throw new PipelineError(`${name} averages weights as they move, and nothing before it moves them; ${behind}`);
      }
      this.#average ??= built.average;
      return this.#entered(built, placed, at);
    } catch (error) {
      if (error instanceof NotKnownError && this.setting.outline) {
        this.#unknown = { ...placed, what: error.what };
        return this.#leaveUnbuilt(placed);
      }
      if (error instanceof MarblenetError && error.placed) throw error;
      if (error instanceof PipelineError) return this.#failAt(stands, error.message, error);
      if (error instanceof MarblenetError) throw error;
      const problem = isOfMemory(error)
        ? `${name} needs more memory than there is; give it smaller sizes (${error.message})`
        : `${name} cannot be built: ${faultProblem(error, 'build')}`;
      return this.#failAt(stands, problem, error);
    }
  }

  get #hasOptimizer(): boolean {
    return this.#rows.some(({ section, definition }) => section === 'train' && definition.family === 'optimizers');
  }

  /** Enters a stage that was built in the list, and has it report its place, and looked at, while data flow. */
  #entered(built: Built<Kind, Kind>, placed: PlacedStage, at: string): Built<Kind, Kind> {
    const { output, operator, block, parameters = [], running = [], state, learningRate, unchecked } = built;
    const place = placeOf(placed);
    for (const { name, value } of parameters) this.#states.push([place, stateOf({ [name]: value })]);
    if (state !== undefined) this.#states.push([place, state]);
    const placedName = <T extends Running>(one: T): T => ({ ...one, name: `${place}.${one.name}` });
    const named = parameters.map(placedName);
    this.#running = [...this.#running, ...running.map(placedName)];
    const optional = {
      ...(state && { state }),
      ...(learningRate && { learningRate }),
      ...(unchecked && { unchecked }),
    };
    const row: StageRow = { ...placed, output, parameters: named, at, ...optional };
    this.#rows.push(row);
    // now and not where it is asked for: each stage asks, and most have none
    if (named.length > 0) this.#parameters = this.rows.flatMap(({ parameters }) => parameters);
    const { instrument } = this.setting;
    const telling = (one: StageOperator): StageOperator => pipe(one, this.#tellPlace<Kinds[Kind]>(placed));
    if (block !== undefined) {
      const parts = block.map(({ part, operator: one }) =>
        part === 'stages' ? one : instrument(telling(one as StageOperator), row, part),
      ) as StageOperator[];
      return { output, operator: parts.reduce((before, one) => pipe(before, one)) };
    }
    return { output, operator: instrument(telling(watched(operator, placed, at)), row) };
  }

  /** In place of a stage that could not be built: of what it gives, only the kind is known, and nothing ever flows. */
  #leaveUnbuilt(placed: PlacedStage): Built<Kind, Kind> {
    this.#unbuilt.push(placed);
    return { output: { kind: placed.definition.to } as Spec, operator: ignoreElements() };
  }

  fail(problem: string, section: Section, position?: number, cause?: unknown): never {
    throw new PipelineError(`${this.setting.locate(section, position)}: ${problem}`, { cause });
  }

  #locate({ section, position, inside }: Place): string {
    return this.setting.locate(section, position, inside);
  }

  #failAt(stands: Place, problem: string, cause?: unknown): never {
    throw new PipelineError(`${this.#locate(stands)}: ${problem}`, { cause, placed: !isOutermost(stands) });
  }

  /** `: batch, drawBatch, shuffleBatch`, the stages that lead from one kind to the other. */
  such(given: Kind, wanted: Kind): string {
    const names = stagesBetween(this.setting.registry, given, wanted);
    return names.length === 0 ? '' : `: ${names.join(', ')}`;
  }

  /** An error that a stage throws while data flows gets the stage's place, unless it has one of its own. */
  #tellPlace<T>({ name, definition: { family }, ...stands }: PlacedStage): OperatorFunction<T, T> {
    return catchError((error: unknown) => {
      if (error instanceof MarblenetError && error.placed) return throwError(() => error);
      const place = this.#locate(stands);
      if (error instanceof DataError) return throwError(() => askedFor(error, name, place));
      const options = { cause: error, placed: true };
      return throwError(() =>
        error instanceof PipelineError
          ? new PipelineError(`${place}: ${error.message}`, options)
          : new RunError(`${place}: ${name}: ${faultProblem(error, methods[family] ?? 'operator')}`, options),
      );
    });
  }
}

/** The operator of a stage, and what is watched of it for the sake of messages. */
function watched(operator: StageOperator, { section, definition }: PlacedStage, at: string): StageOperator {
  if (section === 'data') return pipe(operator, eachSplitOnce(at));
  const { from, to } = definition;
  return section !== 'network' && from === 'batch' && to === 'batch' ? notedMaker(operator, at) : operator;
}

/** What is asked of a stage of a family while data flow. */
const methods: Partial<Readonly<Record<Family, string>>> = {
  batches: 'plan',
  layers: 'forward',
  activations: 'formula',
  losses: 'loss',
  optimizers: 'rule',
  metrics: 'reduction',
};

/** Not a negative length, nor a stack that is full: those are faults of code. */
const isOfMemory = (error: unknown): error is RangeError =>
  error instanceof RangeError && !/length: -|^Invalid array length|call stack/.test(error.message);

/** What is wrong with a file begins with its path, and ends with the stage that asked for it. */
export function askedFor(error: DataError, name: string, place: string): DataError {
  error.message += ` (${name} at ${place})`;
  error.placed = true;
  return error;
}

/** In the order of a pipeline file: a stage before those that it holds. */
export const byPlace = (a: Place, b: Place): number => bySection(a, b) || byPath(a, b, -1);

/** In the order in which data meet them: a stage behind those that it holds, since it emits when they have. */
export const byFlow = (a: Place, b: Place): number => bySection(a, b) || byPath(a, b, 1);

const bySection = (a: Place, b: Place): number => sections.indexOf(a.section) - sections.indexOf(b.section);

/** @param outerLast 1 where a stage comes behind those that it holds, else -1 */
function byPath(a: Place, b: Place, outerLast: 1 | -1): number {
  const [one, other] = [a, b].map(({ position, inside }) => [position, ...inside]);
  const i = one.findIndex((step, depth) => step !== other[depth]);
  if (i === -1) return one.length < other.length ? outerLast : 0;
  return i < other.length ? one[i] - other[i] : -outerLast;
}

const aKind = (kind: Kind): string => (kind === 'examples' ? 'examples' : `a ${kind}`);
