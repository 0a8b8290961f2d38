import { map } from 'rxjs';
import * as z from 'zod';
import type { Build } from '../../core/contract.js';
import { NotKnownError, PipelineError } from '../../core/errors.js';
import {
  classNamesOf,
  classNumbers,
  gathered,
  type MemoryArrays,
  type MemoryFeatures,
  type MemoryLabels,
  type MemorySample,
  type MemorySplit,
  memoryArrays,
} from '../../core/families/memory-samples.js';
import type { Examples, SourceSplit } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';
import { formatShape, sameShape } from '../../core/tensor.js';

/** A value of a program's own: looked at when it is read, since it may be large. */
const given = <T>(description: string) =>
  (z.unknown() as z.ZodType<T | undefined, T | undefined>).describe(description);

const split = {
  features: given<MemoryFeatures>('n samples: rows of numbers, typed arrays, or { shape: [n, ...], data }').optional(),
  labels: given<MemoryLabels>('[n] The class of each sample, by number or name').optional(),
  targets: given<MemorySplit['targets']>('[n, m] Real numbers to say of each sample').optional(),
  weights: given<ArrayLike<number>>('[n] How much each sample counts in the loss').optional(),
  samples: given<Iterable<MemorySample> | AsyncIterable<MemorySample>>(
    'Or one sample after another, from an iterable or an async one: { features, label }',
  ).optional(),
};

const options = z.strictObject({
  ...split,
  test: z.strictObject(split).optional().describe('The same for samples to be judged by'),
  classNames: z.array(z.string()).optional().describe('What classes are called, where labels are numbers'),
});

type MemoryOptions = z.output<typeof options>;

/**
 * Samples that a program has, or a pipeline file holds: no file is read.
 *
 *     splits:   --train---|
 *               memory({ features: [[0, 0], [0, 1], [1, 0], [1, 1]], labels: [0, 1, 1, 0] })
 *     examples: --4-------|
 *
 * Features are rows of numbers; nested deeper, or `{ shape: [n, 28, 28], data }`, they are pictures; a list of Uint8Arrays is
 * of bytes, and takes no more room than they do. Labels are numbers from 0 on, or names, `['cat', 'dog']`. `targets` are real
 * numbers, one or a row a sample.
 *
 * `samples` takes them one after another, from an iterable or an async one, such as rows of a database:
 * `{ features: [1, 2], label: 'cat', weight: 2 }`, or `target: 0.5`. What is not an array can be read once, so a pipeline with
 * a generator runs once.
 *
 * Errors: samples that differ in shape, lists that differ in length, a label that train has not: each with its sample.
 */
export const memory = stage({
  name: 'memory',
  summary: 'Samples that a program has',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options,
  example: `memory:
  features: [[0, 0], [0, 1], [1, 0], [1, 1]]
  labels: [0, 1, 1, 0]
  test: { features: [[0, 1], [1, 1]], labels: [1, 0] }`,
  async open(options, _, splits) {
    const read = new Map<SourceSplit, MemorySplit>();
    for (const split of splits) {
      const { samples, ...lists } = partOf(options, split);
      read.set(split, samples === undefined ? lists : await gathered(samples, `memory: ${split}`));
    }
    return reading(options, (split) => read.get(split) ?? partOf(options, split));
  },
  build(options, input, context) {
    const part = (split: SourceSplit): MemorySplit => {
      const { samples, ...lists } = partOf(options, split);
      if (samples !== undefined)
        throw new NotKnownError('what the samples are', 'they are asked for when a run begins');
      return lists;
    };
    return reading(options, part)(input, context);
  },
});

function partOf(options: MemoryOptions, split: SourceSplit): NonNullable<MemoryOptions['test']> {
  const part = split === 'train' ? options : options.test;
  if (part !== undefined) return part;
  throw new PipelineError(
    'memory has no samples for test:; give it test: { features, labels }, or take some of train: holdOut: { test: 0.2 }',
  );
}

function reading(options: MemoryOptions, partOf: (split: SourceSplit) => MemorySplit): Build<'split', 'examples'> {
  const arrays = new Map<SourceSplit, MemoryArrays>();
  const arraysOf = (split: SourceSplit): MemoryArrays => {
    const known = arrays.get(split) ?? memoryArrays(partOf(split), split === 'train' ? 'memory' : 'memory: test');
    arrays.set(split, known);
    return known;
  };
  return () => {
    const train = arraysOf('train');
    const { shape, features, targets, count } = train;
    const classNames = classNamesOf(train.labels, options.classNames);
    const labelsOf = ({ labels }: MemoryArrays, where: string) => labels && classNumbers(labels, classNames, where);
    const labels = labelsOf(train, 'memory');
    const classes = classNames?.length ?? (labels && Math.max(...new Set(labels)) + 1);
    return {
      output: {
        kind: 'examples',
        shape,
        classes: undefined,
        features: features instanceof Uint8Array ? 'bytes' : 'floats',
        counts: { train: count, ...(options.test?.features && { test: arraysOf('test').count }) },
        ...(classes !== undefined && { labels: { classes, from: 'memory' } }),
        ...(targets && { targets: targets.shape[1] }),
      },
      operator: map((split: SourceSplit): Examples => {
        const { count: _, ...part } = arraysOf(split);
        if (!sameShape(part.shape, shape)) {
          const found = formatShape(part.shape);
          throw new PipelineError(
            `memory: test: found samples of ${found}, expected ${formatShape(shape)}, as in train`,
          );
        }
        return {
          ...part,
          split,
          epoch: 1,
          scaling: { mean: 0, std: 1 },
          labels: labelsOf(arraysOf(split), split === 'train' ? 'memory' : 'memory: test'),
          classes: undefined,
          ...(classNames && { classNames }),
          origin: { source: 'memory' },
        };
      }),
    };
  };
}
