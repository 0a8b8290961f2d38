/** A pipeline as it is given in code, and checked as a pipeline file is: types are not there when it runs. */
import * as z from 'zod';
import type { AnyStage, Stage } from '../contract.js';
import { PipelineError, unknownKey } from '../errors.js';
import { keysAt } from '../file-path.js';
import type { Backend } from '../kernels/kernels.js';
import type { RandomKind } from '../random/random.js';
import { isStage, isStageFactory } from '../stage.js';
import { stagesIn } from '../stage-list.js';
import type { DType } from '../tensor.js';
import { describeIssue, describeValue, firstToMend, valueAt } from '../wrong-value.js';
import { type Section, sections } from './sections.js';
import { type best, type checkpoint, type earlyStopping, type initialWeights, settings } from './settings.js';

/** A pipeline as code: the same sections as in a pipeline file. */
export interface PipelineDefinition {
  readonly name?: string;
  /** Decides all chance: weights, shuffles, drawn digits. Default 0. */
  readonly seed?: number;
  /** Decides the chance of `data` alone: drawn digits, which examples are held out. Default: the seed. */
  readonly dataSeed?: number | undefined;
  /** How the seed decides: a generator for each stage, or NumPy's one for all. Default perStage. */
  readonly random?: RandomKind;
  /** How often training goes through the data. Default 1. */
  readonly epochs?: number;
  /** The type of every computed number. Default float32. */
  readonly dtype?: DType;
  /** What computes: `wasm` for speed, `typescript` to read and compare. Default wasm. */
  readonly backend?: Backend;
  /** How many threads compute. The results do not depend on it. Default auto: as many as make steps faster, as measured. */
  readonly threads?: 'auto' | number;
  /** When a run that is kept in a folder writes a checkpoint. */
  readonly checkpoint?: z.input<typeof checkpoint> | undefined;
  /** Ends training when a metric has not become better for some epochs; the model is that of the best epoch. */
  readonly earlyStopping?: z.input<typeof earlyStopping> | undefined;
  /** Keeps the model of the epoch with the best value of a metric, not the last. */
  readonly best?: z.input<typeof best> | undefined;
  /** A model whose weights the network begins with: its file, and which layers are drawn anew all the same. */
  readonly initialWeights?: z.input<typeof initialWeights> | undefined;
  /** How many networks `pipeline committee` trains and averages, each with a seed of its own; a run trains one. */
  readonly members?: number | undefined;
  /** Writes TensorBoard's event files into the folder of a run that is kept in one. Default false. */
  readonly tensorboard?: boolean | undefined;
  /** A source, then what prepares its examples. */
  readonly data: readonly (Stage<'split', 'examples'> | Stage<'examples', 'examples'>)[];
  /** The layers, from input to output. */
  readonly network: readonly Stage<'batch', 'batch'>[];
  /** A batcher, `forward`, a loss, `backward`, an optimizer, metrics. */
  readonly train: readonly AnyStage[];
  /** A batcher, `forward`, a loss, metrics; run after each epoch, on the examples that `holdOut` took from train. */
  readonly validation?: readonly AnyStage[];
  /** The same on the test examples; run after each epoch too, or once at the end where there is a validation. */
  readonly test?: readonly AnyStage[];
}

/** Lists are looked at item by item below: a stage is a function, for which a schema has no words. */
const list = z.array(z.unknown());

const definitionSchema = z.strictObject({
  name: z.string().min(1).optional(),
  ...settings,
  data: list,
  network: list,
  train: list,
  validation: list.optional(),
  test: list.optional(),
} satisfies Record<keyof PipelineDefinition, z.ZodType>);

/**
 * The definition, if it is one.
 *
 * @throws PipelineError that says what is wrong: `network[1]: expected a stage, as relu(), ...`.
 */
export function checkDefinition(given: unknown): PipelineDefinition {
  const parsed = definitionSchema.safeParse(given);
  if (!parsed.success) throw new PipelineError(problemWith(given, firstToMend(parsed.error)));
  for (const section of sections) {
    const items = parsed.data[section] ?? [];
    requireFew(section, items.length);
    for (const [position, item] of items.entries()) requireStage(section, position, item);
    requireFew(section, countOf(items as readonly AnyStage[]));
  }
  return given as PipelineDefinition;
}

/** Operators call one another, and the engine's stack ends somewhere behind a thousand of them. */
const MOST_STAGES = 300;

function requireFew(section: Section, count: number): void {
  if (count <= MOST_STAGES) return;
  throw new PipelineError(`${section}: found ${count} stages, expected at most ${MOST_STAGES}: each calls the next`);
}

/** How many stages there are, those inside others among them. */
const countOf = (stages: readonly AnyStage[]): number =>
  stages.reduce((sum, stage) => sum + 1 + countOf(stagesIn(stage)), 0);

function problemWith(given: unknown, issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    const problem = unknownKey(key, keysAt(definitionSchema, issue.path));
    return [...issue.path.map(String), problem].join(': ');
  }
  const [field] = issue.path;
  const found = valueAt(given, issue.path);
  if (field === undefined) return `expected a pipeline, as { data, network, train }, found ${describeValue(found)}`;
  if (!sections.some((section) => section === field)) return `${String(field)}: ${describeIssue(issue, found)}`;
  if (found === undefined) return `the pipeline has no ${String(field)}, which it needs`;
  return `${String(field)}: expected a list of stages, as [relu()], found ${describeValue(found)}`;
}

function requireStage(section: Section, position: number, item: unknown): asserts item is AnyStage {
  if (isStage(item)) return;
  const found = isStageFactory(item)
    ? `${item.definition.name} without (); write ${item.definition.name}()`
    : typeof item === 'function'
      ? 'a function that is no stage'
      : describeValue(item);
  throw new PipelineError(`${section}[${position}]: expected a stage, as relu(), found ${found}`);
}
