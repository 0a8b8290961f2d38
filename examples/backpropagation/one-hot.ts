import { batch, oneHot } from 'marblenet';
import { examplesOf } from 'marblenet/testing';
import { of } from 'rxjs';
import { print } from './print.js';

const samples = [
  [1, 2],
  [3, 1],
  [2, 2],
];

await of(examplesOf(samples, { labels: [0, 1, 1] }))
  .pipe(oneHot({ classes: 2 }), batch({ size: 3 }))
  .forEach(({ t }) => {
    if (t) print('t', t);
  });
