/** What the file of a model says beside its numbers: enough to build the network again, and to read samples as it did. */
import * as z from 'zod';
import type { Origin } from '../host.js';
import type { Examples, Outputs, Scaling, Spec } from '../kinds.js';
import { type PictureForm, shapeOfForm } from '../picture-form.js';
import { isOutermost } from '../pipeline/assembly.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import { type PlainStage, plainStage, plainStageSchema } from '../stage-list.js';
import type { TableColumns } from '../table.js';
import { type DType, type Shape, sizeOf } from '../tensor.js';

/** What training knows that the pipeline does not. */
export interface Training {
  /** Of the data it learned from. */
  readonly data: Pick<Examples, 'scaling' | 'fill' | 'targetScaling' | 'classNames' | 'columns' | 'pictures'>;
  /** What was reached, for people. */
  readonly reached?: Reached;
}

/** Where the weights are from, and how good they were. */
export interface Reached {
  readonly runId: string;
  readonly seed: number;
  readonly epoch: number;
  readonly step: number;
  /** By split and name: `{ test: { accuracy: 0.97 } }`. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The source of the data that it learned from, and which one it stood in for; absent where that is not known. */
  readonly data?: LearnedFrom | undefined;
}

/** What a model remembers of where its data came from. */
export interface LearnedFrom {
  readonly source: string;
  readonly fallbackFor?: string | undefined;
}

export const learnedFrom = ({ source, fallbackFor }: Origin): LearnedFrom => ({
  source,
  ...(fallbackFor !== undefined && { fallbackFor }),
});

/** What the file of a model says in words: its network, and how it reads samples. */
export interface ModelDescription {
  readonly name: string;
  readonly dtype: DType;
  /** The stages of `network:`, by name, with all of their options; and so are those that a stage holds, among its options. */
  readonly network: readonly PlainStage[];
  /** The shape of a sample, and how many classes or targets there are. */
  readonly input: {
    readonly shape: Shape;
    readonly classes?: number | undefined;
    readonly targets?: number | undefined;
  };
  readonly scaling: Scaling;
  /** What stands for a feature that is missing, NaN, by column; undefined where none may be. */
  readonly fill?: readonly number[] | undefined;
  /** Where targets were scaled: what the network says is a target by (target - mean) / std. */
  readonly targetScaling?: Scaling | undefined;
  readonly classNames?: readonly string[] | undefined;
  /** How a row of a table becomes a sample, where samples are rows. */
  readonly columns?: TableColumns | undefined;
  /** How a picture becomes a sample, where samples were pictures; undefined where their shape alone says it. */
  readonly pictures?: PictureForm | undefined;
  /** What the numbers of the last stage are. */
  readonly outputs: Outputs | 'numbers';
  readonly reached?: Reached | undefined;
}

const size = z
  .int()
  .min(1)
  .max(2 ** 31);
const scale = z.union([z.number(), z.array(z.number()).min(1)]);

const keepsMissing = z.literal(true).optional();
const numbers = z.strictObject({
  name: z.string(),
  kind: z.literal('number'),
  fill: z.number().optional(),
  keepsMissing,
});
const category = z.strictObject({
  name: z.string(),
  kind: z.literal('category'),
  values: z.array(z.string()).min(1),
  fill: z.string().optional(),
  keepsMissing,
});
const columnsSchema: z.ZodType<TableColumns> = z.strictObject({
  features: z.array(z.discriminatedUnion('kind', [numbers, category])).min(1),
  target: z.union([category, z.array(numbers).min(1)]),
  weight: numbers.optional(),
});

const side = z
  .int()
  .min(1)
  .max(2 ** 16);
const picturesSchema: z.ZodType<PictureForm> = z.strictObject({
  size: z.tuple([side, side]),
  channels: z.literal([1, 3]),
  fit: z.enum(['cover', 'contain', 'digit']),
});

/** Read strictly, since it comes from a file. */
export const descriptionSchema: z.ZodType<ModelDescription> = z.strictObject({
  name: z.string(),
  dtype: z.enum(['float32', 'float64']),
  network: z.array(plainStageSchema).min(1),
  input: z.strictObject({ shape: z.array(size).max(8), classes: size.optional(), targets: size.optional() }),
  scaling: z.strictObject({ mean: scale, std: scale }),
  fill: z.array(z.number()).min(1).optional(),
  targetScaling: z.strictObject({ mean: scale, std: scale }).optional(),
  classNames: z.array(z.string()).optional(),
  columns: columnsSchema.optional(),
  pictures: picturesSchema.optional(),
  outputs: z.enum(['logits', 'binaryLogits', 'probabilities', 'numbers']),
  reached: z
    .strictObject({
      runId: z.string(),
      seed: z.number(),
      epoch: z.number(),
      step: z.number(),
      metrics: z.record(z.string(), z.record(z.string(), z.number())),
      data: z.strictObject({ source: z.string(), fallbackFor: z.string().optional() }).optional(),
    })
    .optional(),
});

export function describePipeline(pipeline: Pipeline, { data, reached }: Training): ModelDescription {
  const { name, dtype, network, rows } = pipeline;
  const { shape, classes, targets } = network.input;
  const stages = rows.filter((row) => row.section === 'network' && isOutermost(row));
  return {
    name,
    dtype,
    network: stages.map(plainStage),
    input: { shape, ...(classes !== undefined && { classes }), ...(targets !== undefined && { targets }) },
    scaling: data.scaling,
    ...(data.fill && { fill: data.fill }),
    ...(data.targetScaling && { targetScaling: data.targetScaling }),
    ...(data.classNames && { classNames: data.classNames }),
    ...(data.columns && { columns: data.columns }),
    // a stage of another's may have made other samples of them
    ...(data.pictures && isOfForm(shape, data.pictures) && { pictures: data.pictures }),
    outputs: readingOf(pipeline),
    ...(reached && { reached }),
  };
}

/** Whether samples of this shape are pictures of this form. */
export const isOfForm = (shape: Shape, form: PictureForm): boolean => sizeOf(shape) === sizeOf(shapeOfForm(form));

/** Logits where the loss has a softmax or a sigmoid of its own, probabilities where a softmax ends the network. */
function readingOf({ rows }: Pipeline): ModelDescription['outputs'] {
  const loss = rows.find(({ section, definition }) => section === 'train' && definition.family === 'losses');
  const { expects } = loss?.definition ?? {};
  if (expects === 'logits' || expects === 'binaryLogits') return expects;
  const last = rows.findLast((row) => row.section === 'network' && isOutermost(row));
  return last?.definition.gives === 'probabilities' ? 'probabilities' : 'numbers';
}

/** The batches that a network gets when it predicts. */
export const batchesOf = ({ input: { shape, classes, targets } }: ModelDescription, size: number): Spec<'batch'> => ({
  kind: 'batch',
  size,
  shape,
  classes,
  targets,
});
