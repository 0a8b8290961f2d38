import { backward, numericalGradient, softmaxCrossEntropy, type Tensor } from 'marblenet';
import { of, pipe } from 'rxjs';
import { lossOf } from './loss-of.js';
import { batch, twoLayerNetwork } from './network.js';
import { print } from './print.js';

const { dense1, relu1, dense2, ...parameters } = twoLayerNetwork();
const judge = pipe(dense1, relu1, dense2, softmaxCrossEntropy());

// The chain rule by hand: each layer's way back is on the tape.
of(batch)
  .pipe(judge)
  .subscribe(({ dx, tape: [, reluEntry, denseEntry] }) => {
    print('da2', dx);
    const dz1 = denseEntry.pullback(dx, true) as Tensor;
    print('dz1', dz1);
    print('da1', reluEntry.pullback(dz1, true) as Tensor);
  });

// `backward` does the same for the whole tape, and each parameter has its gradient.
of(batch).pipe(judge, backward()).subscribe();

for (const [name, { value, gradient }] of Object.entries(parameters)) {
  print(`d${name}`, gradient);
  print(
    `numerical d${name}`,
    numericalGradient(() => lossOf(batch, judge), value),
  );
}
