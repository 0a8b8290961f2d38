/** What is left when training is over: the parameters, and predictions by them. */
import { firstValueFrom, map, of } from 'rxjs';
import { RunError } from '../errors.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import type { Batch, Parameter, Scaling } from '../kinds.js';
import { culpritOf } from '../not-finite.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import { describeGiven, firstNotFinite, largestColumn, sizeOf, type Tensor, widthOf, zeros } from '../tensor.js';
import { rowsOf, type Samples } from './samples.js';

export interface Prediction {
  /** [n] The class of the largest output of each sample; empty where the network learned from real-valued targets. */
  readonly classes: readonly number[];
  /** [n, C] What the network said of each class, or the real numbers that it said. */
  readonly outputs: Tensor;
}

export interface TrainedNetwork {
  /** By place and name: `network.0.W`. The live values, not copies. */
  readonly parameters: readonly Parameter[];
  /**
   * Predicts from features as they were before normalization (bytes 0 to 255 for images); the training data's scaling is
   * applied. Takes one sample, `pixels`, a list of samples, `[first, second]`, or one array of n samples and its shape,
   * `{ shape: [n, 28, 28], data }`.
   *
   * @throws RangeError when a sample has another size than the network takes; RunError when a feature, or what the network
   * says of a sample, is not a finite number.
   */
  predict(samples: Samples): Promise<Prediction>;
}

export function trainedNetwork({ kernels, network, parameters }: Pipeline, scaling: Scaling): TrainedNetwork {
  const { size } = network.input;
  const width = sizeOf(network.input.shape);
  const columns = sizeOf(network.output.shape);
  const inputs = rowBuffer(kernels, size, network.input.shape);

  return {
    parameters,

    async predict(samples) {
      const { count, features } = rowsOf(samples, network.input.shape);
      const wrong = firstNotFinite(features);
      if (wrong !== -1) {
        const place = `sample ${Math.floor(wrong / width)}, number ${wrong % width}`;
        throw new RunError(`predict: found ${describeGiven(features[wrong])} at ${place}, expected a finite number`);
      }
      const outputs = zeros([count, ...network.output.shape], kernels.dtype);
      // In pieces of the size that the network's buffers were planned for.
      for (let first = 0; first < count; first += size) {
        const rows = Int32Array.from({ length: Math.min(size, count - first) }, (_, row) => row);
        // Floats, not bytes: kernels remember the bytes of a data set for the epochs to come, and these are seen once.
        const piece = Float64Array.from({ length: rows.length * width }, (_, i) => features[first * width + i]);
        const x = inputs(rows.length);
        kernels.gather(x, piece, rows, scaling);
        // Copied before the promise settles: another prediction may be under way, in the same buffers.
        const copied = network.operator(of(unlabelled(x))).pipe(
          map((batch) => {
            requireFinite(batch, first);
            return batch.x.data.slice();
          }),
        );
        outputs.data.set(await firstValueFrom(copied), first * columns);
      }
      const classified = network.input.classes === undefined ? 0 : count;
      const classes = Array.from({ length: classified }, (_, i) => largestColumn(outputs.data, i * columns, columns));
      return { classes, outputs };
    },
  };
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
const unlabelled = (x: Tensor): Batch => ({
  split: 'test',
  epoch: 1,
  step: 1,
  steps: 1,
  x,
  t: undefined,
  labels: undefined,
  tape: [],
});
