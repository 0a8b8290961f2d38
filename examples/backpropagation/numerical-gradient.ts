import { numericalGradient, softmaxCrossEntropy, tensor } from 'marblenet';
import { batchOf } from 'marblenet/testing';
import { lossOf } from './loss-of.js';
import { print } from './print.js';

const x = tensor([3, 4], 'float64');
print(
  'slope of x0² + x1²',
  numericalGradient(({ data: [x0, x1] }) => x0 ** 2 + x1 ** 2, x),
);

const scores = [
  [0.5, -0.1],
  [0.25, -0.05],
];
const batch = batchOf(scores, { labels: [0, 1], dtype: 'float64' });
const judge = softmaxCrossEntropy();
print(
  'slope of the loss',
  numericalGradient(() => lossOf(batch, judge), batch.x),
);
