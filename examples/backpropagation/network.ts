import { dense, type Parameter, relu } from 'marblenet';
import { batchOf } from 'marblenet/testing';
import { of } from 'rxjs';

/** B = 2 samples of two numbers, and their classes. */
const samples = [
  [1, 2],
  [3, 1],
];
export const batch = batchOf(samples, { labels: [0, 1], dtype: 'float64' });

/** A network of 2-3-2: x -> a1 = x W1 + b1 -> z1 = relu(a1) -> a2 = z1 W2 + b2. */
export function twoLayerNetwork() {
  const layers = { dense1: dense({ units: 3 }), relu1: relu(), dense2: dense({ units: 2 }) };

  // The first batch builds the stages. The weights that they drew are replaced by these.
  let parameters: readonly Parameter[] = [];
  of(batch)
    .pipe(layers.dense1, layers.relu1, layers.dense2)
    .subscribe(({ tape }) => {
      parameters = tape.flatMap((entry) => entry.parameters);
    });
  const [W1, b1, W2, b2] = parameters;
  W1.value.data.set([0.2, -0.4, 0.1, 0.1, 0.3, -0.2]); // [2, 3]
  b1.value.data.set([0, 0.1, 0]);
  W2.value.data.set([0.5, -0.5, 1, 0, -1, 2]); // [3, 2]
  b2.value.data.set([0, 0.1]);
  return { ...layers, W1, b1, W2, b2 };
}
