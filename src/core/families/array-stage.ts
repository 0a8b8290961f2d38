/** A source of arrays, once they are read. */
import { map } from 'rxjs';
import type { Build } from '../contract.js';
import { DataError, PipelineError } from '../errors.js';
import type { Examples, SourceSplit } from '../kinds.js';
import { formatShape, sameShape } from '../tensor.js';
import { arrayExamples, classesOfArrays, type SplitArrays } from './array-source.js';

/** @throws DataError where the arrays of one split, or of two, do not belong together. */
export function readingArrays(name: string, splits: ReadonlyMap<SourceSplit, SplitArrays>): Build<'split', 'examples'> {
  const examples = new Map([...splits].map(([split, arrays]) => [split, arrayExamples(arrays)]));
  const [[, first] = []] = examples;
  if (first === undefined) throw new PipelineError(`${name}: no split is asked for`);
  for (const [split, { shape, targets }] of examples) {
    const path = splits.get(split)?.features.path ?? name;
    if (!sameShape(shape, first.shape)) {
      throw new DataError(
        path,
        `found samples of ${formatShape(shape)}, expected ${formatShape(first.shape)}, as in train`,
      );
    }
    if (targets?.shape[1] !== first.targets?.shape[1]) {
      throw new DataError(
        path,
        'found labels of another kind than in train: classes are whole numbers, real values are not',
      );
    }
  }
  const labels = classesOfArrays(examples, (split) => splits.get(split)?.labels?.path ?? '');
  return () => ({
    output: {
      kind: 'examples',
      shape: first.shape,
      classes: undefined,
      features: first.features instanceof Uint8Array ? 'bytes' : 'floats',
      counts: Object.fromEntries([...examples].map(([split, { count }]) => [split, count])),
      ...(labels && first.targets === undefined && { labels }),
      ...(first.targets && { targets: first.targets.shape[1] }),
    },
    operator: map((split: SourceSplit): Examples => {
      const { count: _, ...found } = examples.get(split) ?? first;
      const path = splits.get(split)?.features.path;
      return {
        ...found,
        split,
        epoch: 1,
        scaling: { mean: 0, std: 1 },
        classes: undefined,
        origin: { source: name, ...(path !== undefined && { path }) },
      };
    }),
  });
}
