/** What a network says of samples. */
import { firstValueFrom, map, of } from 'rxjs';
import type { Network } from '../contract.js';
import { RunError } from '../errors.js';
import type { Kernels } from '../kernels/kernels.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import type { Batch } from '../kinds.js';
import { culpritOf } from '../not-finite.js';
import { describeGiven, firstNotFinite, type Shape, sizeOf, type Tensor, widthOf, zeros } from '../tensor.js';
import type { ModelDescription } from './description.js';
import { type NumberSamples, type Rows, rowsOf } from './samples.js';

/**
 * From samples to the network's outputs, [n, ...]. Several calls may be under way at once.
 *
 * @throws (the function) RangeError when a sample has another size than the network takes; RunError when a feature, or what
 * the network says of a sample, is not a finite number.
 */
export function outputsBy(
  kernels: Kernels,
  { input, output, operator }: Network,
  { scaling, fill }: Pick<ModelDescription, 'scaling' | 'fill'>,
): (samples: NumberSamples) => Promise<Tensor> {
  const width = sizeOf(input.shape);
  const columns = sizeOf(output.shape);
  const inputs = rowBuffer(kernels, input.size, input.shape);

  return async (samples) => {
    const { count, features } = featuresOf(samples, input.shape, fill);
    const outputs = zeros([count, ...output.shape], kernels.dtype);
    // In pieces of the size that the network's buffers were planned for.
    for (let first = 0; first < count; first += input.size) {
      const rows = Int32Array.from({ length: Math.min(input.size, count - first) }, (_, row) => row);
      // Floats, not bytes: kernels remember the bytes of a data set for the epochs to come, and these are seen once.
      const piece = Float64Array.from({ length: rows.length * width }, (_, i) => features[first * width + i]);
      const x = inputs(rows.length);
      kernels.gather(x, piece, rows, scaling);
      // Copied before the promise settles: another prediction may be under way, in the same buffers.
      const copied = operator(of(unlabelled(x))).pipe(
        map((batch) => {
          requireFinite(batch, first);
          return batch.x.data.slice();
        }),
      );
      outputs.data.set(await firstValueFrom(copied), first * columns);
    }
    return outputs;
  };
}

/**
 * Samples as numbers, with what stands for those that are missing.
 *
 * @throws RangeError when a sample has another size; RunError when a feature is not a finite number.
 */
export function featuresOf(samples: NumberSamples, shape: Shape, fill: ModelDescription['fill']): Rows {
  const { count, features: given } = rowsOf(samples, shape);
  const features = filled(given, fill);
  const wrong = firstNotFinite(features);
  if (wrong !== -1) {
    const width = sizeOf(shape);
    const place = `sample ${Math.floor(wrong / width)}, number ${wrong % width}`;
    throw new RunError(`predict: found ${describeGiven(features[wrong])} at ${place}, expected a finite number`);
  }
  return { count, features };
}

/** With what stands for numbers that are missing. */
function filled(features: ArrayLike<number>, fill: readonly number[] | undefined): ArrayLike<number> {
  if (fill === undefined) return features;
  return Float64Array.from(features, (value, i) => (Number.isNaN(value) ? fill[i % fill.length] : value));
}

/** @throws RunError with the stage that was the first to give something else than finite numbers. */
function requireFinite(batch: Batch, first: number): void {
  const index = firstNotFinite(batch.x.data);
  if (index === -1) return;
  const sample = first + Math.floor(index / widthOf(batch.x));
  const { at, problem } = culpritOf(batch) ?? {};
  throw new RunError(
    `${at ?? 'predict'}: the network says ${batch.x.data[index]} of sample ${sample}, which is no class: ${problem}`,
    { placed: true },
  );
}

/** A batch that has inputs and nothing to compare them with. */
export const unlabelled = (x: Tensor): Batch => ({
  split: 'test',
  epoch: 1,
  step: 1,
  steps: 1,
  x,
  t: undefined,
  labels: undefined,
  tape: [],
});
