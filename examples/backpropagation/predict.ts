import { accuracy, softmax, softmaxCrossEntropy } from 'marblenet';
import { of, pipe, tap } from 'rxjs';
import { batch, twoLayerNetwork } from './network.js';
import { print } from './print.js';

const { dense1, relu1, dense2 } = twoLayerNetwork();

of(batch)
  .pipe(
    dense1,
    tap(({ x }) => print('a1', x)),
    relu1,
    tap(({ x }) => print('z1', x)),
    dense2,
    tap(({ x }) => print('a2', x)),
    softmax(),
  )
  .subscribe(({ x }) => print('y', x));

const judge = pipe(dense1, relu1, dense2, softmaxCrossEntropy());

of(batch)
  .pipe(judge)
  .subscribe(({ loss }) => console.log(`loss = ${loss.toFixed(4)}`));

of(batch)
  .pipe(judge, accuracy())
  .subscribe(({ value }) => console.log(`accuracy = ${value.toFixed(4)}`));
