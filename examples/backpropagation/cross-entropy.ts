import { crossEntropy, softmax, softmaxCrossEntropy } from 'marblenet';
import { batchOf } from 'marblenet/testing';
import { of } from 'rxjs';
import { print } from './print.js';

const scores = [
  [0.5, -0.1],
  [0.25, -0.05],
];
const batch = batchOf(scores, { labels: [0, 1], dtype: 'float64' });
if (batch.t) print('t', batch.t);

of(batch)
  .pipe(softmax(), crossEntropy())
  .subscribe(({ loss }) => console.log(`softmax, crossEntropy: loss = ${loss.toFixed(4)}`));

of(batch)
  .pipe(softmaxCrossEntropy())
  .subscribe(({ loss, dx }) => {
    console.log(`softmaxCrossEntropy:   loss = ${loss.toFixed(4)}`);
    print('(y - t) / B', dx);
  });

const undecided = batchOf(
  [
    [0, 0],
    [0, 0],
  ],
  { labels: [0, 1], dtype: 'float64' },
);
of(undecided)
  .pipe(softmaxCrossEntropy())
  .subscribe(({ loss }) => console.log(`of equal scores: loss = ${loss.toFixed(4)}`));
