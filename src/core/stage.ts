/**
 * The stage contract. A stage is one concept of deep learning as one RxJS operator: it declares what flows in and what
 * flows out, which options it takes, and how to build its operator once the shapes are known.
 *
 * The value that `relu()` or `dense({ units: 50 })` returns serves twice. In a pipeline it is a list item, built with
 * the pipeline's own kernels and random streams. In a plain `source.pipe(relu())` it is an RxJS operator that builds
 * itself from the first emission: so a stage can be marble-tested with nothing around it, and a network can be written
 * as a chain of RxJS operators.
 */
import { type MonoTypeOperatorFunction, Observable, type OperatorFunction, type SchedulerLike, Subject } from 'rxjs';
import * as z from 'zod';
import { didYouMean, PipelineError } from './errors.js';
import type { Host } from './host.js';
import { createKernels, type Formula, type Kernels } from './kernels/kernels.js';
import { type Batch, type Kind, type Kinds, type Parameter, type Spec, specOf } from './kinds.js';
import { type Random, seededRandom } from './random/random.js';
import { turnScheduler } from './scheduler.js';
import { takeUntilUnsubscribed } from './take-until-unsubscribed.js';
import { formatShape, sameShape } from './tensor.js';
import { describeIssue, describeValue, fieldsAt, firstToMend, valueAt } from './wrong-value.js';

/** The family of a stage: its folder, the heading under which it is listed, and where in a pipeline file it may stand. */
export type Family =
  | 'sources'
  | 'data'
  | 'batches'
  | 'layers'
  | 'activations'
  | 'forward'
  | 'losses'
  | 'gradients'
  | 'optimizers'
  | 'metrics';

/** The `network:` section, built: the layers one after another. */
export interface Network {
  readonly input: Spec<'batch'>;
  readonly output: Spec<'batch'>;
  readonly operator: MonoTypeOperatorFunction<Batch>;
}

/** What a stage may use while it is built. */
export interface Context {
  readonly kernels: Kernels;
  /** Draws of this stage's own, decided by the seed and by its place in the pipeline. */
  readonly random: Random;
  /** Where a stage that makes batches takes its turns of the event loop. */
  readonly scheduler: SchedulerLike;
  /** Files and downloads; undefined in a plain `pipe(...)`. */
  readonly host: Host | undefined;
  /** How often training goes through the data; undefined in a plain `pipe(...)`, where nobody knows. */
  readonly epochs: number | undefined;
  /** The `network:` section, for `forward`; undefined in a plain `pipe(...)`. */
  readonly network: Network | undefined;
}

/** A stage that knows its shapes. */
export interface Built<From extends Kind, To extends Kind> {
  readonly output: Spec<To>;
  readonly operator: OperatorFunction<Kinds[From], Kinds[To]>;
  /** What an optimizer may change. */
  readonly parameters?: readonly Parameter[];
}

/** What the author of a stage writes. */
export interface StageDefinition<
  From extends Kind = Kind,
  To extends Kind = Kind,
  Options extends z.ZodObject = z.ZodObject,
> {
  /** As in code, so in YAML: `softmaxCrossEntropy`. */
  readonly name: string;
  /** One line, with the formula if it fits. */
  readonly summary: string;
  readonly family: Family;
  readonly from: From;
  readonly to: To;
  /** Strict, and every field described: documentation and the editor's schema come from here. */
  readonly options: Options;
  /** The stage as a list item of a pipeline file, with every option shown. */
  readonly example: string;
  /** What an activation does to each number alone, given its options: `explain` draws it. */
  formula?(options: Stage['options']): Formula;
  /** Of a loss that tells another number than it differentiates: the options with which it tells that one. */
  differentiated?(options: Stage['options']): Stage['options'];
  /**
   * Checks the shapes, allocates, draws the first weights, and returns the operator.
   *
   * @throws PipelineError when the input does not suit the stage.
   */
  build(options: z.output<Options>, input: Spec<From>, context: Context): Built<From, To>;
}

/** A stage with its options: a list item of a pipeline, and an operator for a plain `pipe(...)`. */
export interface Stage<From extends Kind = Kind, To extends Kind = Kind> {
  (source: Observable<Kinds[From]>): Observable<Kinds[To]>;
  readonly definition: StageDefinition<From, To>;
  /** With the defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  build(input: Spec<From>, context: Context): Built<From, To>;
}

/** Any stage at all, as the registry and the runner see it: the kinds are checked when a pipeline is built. */
// biome-ignore lint/suspicious/noExplicitAny: the registry's edge, where each stage's own kinds are forgotten
export type AnyStage = Stage<any, any>;

/** Options may be left out where none is required. */
type Given<Options extends z.ZodObject> =
  Record<never, never> extends z.input<Options> ? [options?: z.input<Options>] : [options: z.input<Options>];

/** What a stage file exports: `relu`, `dense`. */
export interface StageFactory<
  From extends Kind = Kind,
  To extends Kind = Kind,
  Options extends z.ZodObject = z.ZodObject,
> {
  (...given: Given<Options>): Stage<From, To>;
  readonly definition: StageDefinition<From, To, Options>;
}

// biome-ignore lint/suspicious/noExplicitAny: the registry's edge, as above
export type AnyStageFactory = StageFactory<any, any, any>;

/** The options of a stage that has none. */
export const noOptions = z.strictObject({});

/** Makes a stage of its definition. */
export function stage<From extends Kind, To extends Kind, Options extends z.ZodObject>(
  definition: StageDefinition<From, To, Options>,
): StageFactory<From, To, Options> {
  const create = (...given: Given<Options>): Stage<From, To> => {
    const options = parseOptions(definition, given[0] ?? {});
    const build = (input: Spec<From>, context: Context) => definition.build(options, input, context);
    const operator = builtByFirstEmission(definition, build);
    return Object.assign(operator, { definition: definition as StageDefinition<From, To>, options, build });
  };
  return Object.assign(create, { definition });
}

/** Whether a value, such as an export of a plug-in, is a stage factory: `relu`, not the stage `relu()`. */
export const isStageFactory = (value: unknown): value is AnyStageFactory =>
  typeof value === 'function' && 'definition' in value && !('build' in value);

/** A problem with options: `path` leads to the field, inside the options. */
export class OptionsError extends PipelineError {
  constructor(
    message: string,
    readonly path: readonly PropertyKey[],
    /** Whether the last of the path is a name that should not be there. */
    readonly unknownKey = false,
  ) {
    super(message);
  }
}

/** @throws OptionsError that names the first wrong field, what it is and what it may be. */
function parseOptions<Options extends z.ZodObject>(
  { name, options, example }: { readonly name: string; readonly options: Options; readonly example: string },
  given: unknown,
): z.output<Options> {
  const parsed = options.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = firstToMend(parsed.error);
  const { path } = issue;
  const known = fieldsAt(options, path);
  // The example shows what is wanted, where it is short enough.
  const asIn = example.includes('\n') ? '' : `, as in "${example}"`;

  if (issue.code === 'unrecognized_keys') {
    const [unknown] = issue.keys;
    const expected = known.length === 0 ? 'it takes no options' : `expected ${known.join(', ')}`;
    throw new OptionsError(
      `${[name, ...path].join('.')} has no option "${unknown}"${didYouMean(unknown, known)} (${expected})`,
      [...path, unknown],
      true,
    );
  }
  const found = valueAt(given, path);
  if (path.length === 0) {
    const wanted = known.length === 0 ? 'takes no options' : `takes options by name${asIn}`;
    throw new OptionsError(`${name} ${wanted}; found ${describeValue(found)}`, path);
  }
  if (found === undefined) throw new OptionsError(`${name} needs the option "${path.join('.')}"${asIn}`, path);
  throw new OptionsError(`${name}: ${path.join('.')}: ${describeIssue(issue, found)}`, path);
}

/**
 * The operator of a stage that stands alone: built when the first value shows its shapes, in that value's own float
 * type, and then kept, so that two subscriptions share its parameters.
 */
function builtByFirstEmission<From extends Kind, To extends Kind>(
  { name, from }: { readonly name: string; readonly from: From },
  build: (input: Spec<From>, context: Context) => Built<From, To>,
): OperatorFunction<Kinds[From], Kinds[To]> {
  let built: Built<From, To> | undefined;
  let builtFor: Spec | undefined;

  /** @throws PipelineError for a value of another kind, or of another shape than the first one's. */
  const operatorFor = (value: Kinds[From]): OperatorFunction<Kinds[From], Kinds[To]> => {
    const spec = specOf(value);
    if (spec.kind !== from) throw new PipelineError(`${name} takes a ${from}, not a ${spec.kind}`);
    if (builtFor !== undefined && 'shape' in spec && 'shape' in builtFor && !sameShape(spec.shape, builtFor.shape)) {
      const [was, is] = [builtFor, spec].map(({ shape }) => formatShape(shape));
      throw new PipelineError(`${name} was built for rows of ${was} by its first value, but gets ${is}`);
    }
    builtFor ??= spec;
    const exact = typeof value === 'object' && 'x' in value && value.x.data instanceof Float64Array;
    // Two dense layers in one chain must not begin alike: the second finds the first on the tape.
    const depth = typeof value === 'object' && 'tape' in value ? value.tape.length : 0;
    built ??= build(spec as Spec<From>, {
      kernels: createKernels(exact ? 'float64' : 'float32', 'typescript'),
      random: seededRandom(0).stream(`${name}.${depth}`),
      scheduler: turnScheduler,
      host: undefined,
      epochs: undefined,
      network: undefined,
    });
    return built.operator;
  };

  return (source) =>
    new Observable((subscriber) => {
      let input: Subject<Kinds[From]> | undefined;
      source.pipe(takeUntilUnsubscribed(subscriber)).subscribe({
        next(value) {
          try {
            const operator = operatorFor(value);
            if (input === undefined) {
              input = new Subject();
              subscriber.add(operator(input).subscribe(subscriber));
            }
          } catch (error) {
            subscriber.error(error);
            return;
          }
          input.next(value);
        },
        error: (error) => (input ?? subscriber).error(error),
        complete: () => (input ?? subscriber).complete(),
      });
    });
}
