/** What is left when training is over: the parameters, and predictions by them. */
import { firstValueFrom, of } from 'rxjs';
import { largestColumn } from './confusion-counts.js';
import type { Batch, Parameter, Scaling } from './kinds.js';
import type { Pipeline } from './pipeline.js';
import { sizeOf, type Tensor } from './tensor.js';

export interface Prediction {
  /** [n] The class of the largest output of each sample. */
  readonly classes: readonly number[];
  /** [n, C] What the network said of each class. */
  readonly outputs: Tensor;
}

export interface TrainedNetwork {
  /** By place and name: `network.0.W`. The live values, not copies. */
  readonly parameters: readonly Parameter[];
  /**
   * Predicts from features as they were before normalization (bytes 0 to 255 for images), n samples one after another;
   * the training data's scaling is applied.
   *
   * @throws RangeError when the features are not whole samples.
   */
  predict(features: ArrayLike<number>): Promise<Prediction>;
}

export const trainedNetwork = ({ kernels, network, parameters }: Pipeline, scaling: Scaling): TrainedNetwork => ({
  parameters,

  async predict(features) {
    const width = sizeOf(network.input.shape);
    const count = features.length / width;
    if (!Number.isInteger(count)) {
      throw new RangeError(`${features.length} features are not whole samples of ${width}`);
    }
    const outputs = kernels.allocate([count, ...network.output.shape]);
    const columns = sizeOf(network.output.shape);
    // In pieces of the size that the network's buffers were planned for.
    for (let first = 0; first < count; first += network.input.size) {
      const rows = Int32Array.from({ length: Math.min(network.input.size, count - first) }, (_, i) => first + i);
      const x = kernels.allocate([rows.length, width]);
      kernels.gather(x, features, rows, scaling);
      const { x: out } = await firstValueFrom(of(unlabelled(x)).pipe(network.operator));
      outputs.data.set(out.data, first * columns);
    }
    const classes = Array.from({ length: count }, (_, i) => largestColumn(outputs.data, i * columns, columns));
    return { classes, outputs };
  },
});

/** A batch that has inputs and nothing to compare them with. */
const unlabelled = (x: Tensor): Batch => ({
  split: 'test',
  epoch: 1,
  step: 1,
  steps: 1,
  x,
  t: undefined,
  labels: new Int32Array(x.shape[0]),
  tape: [],
});
