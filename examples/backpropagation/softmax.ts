import { softmax } from 'marblenet';
import { batchOf } from 'marblenet/testing';
import { of } from 'rxjs';
import { print } from './print.js';

const scores = [
  [0.5, -0.1],
  [0.25, -0.05],
  [1000.5, 999.9],
];

of(batchOf(scores, { dtype: 'float64' }))
  .pipe(softmax())
  .subscribe(({ x }) => print('y', x));
