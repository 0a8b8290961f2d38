import { backward, sgd, softmaxCrossEntropy } from 'marblenet';
import { of, pipe } from 'rxjs';
import { batch, twoLayerNetwork } from './network.js';
import { print } from './print.js';

const { dense1, relu1, dense2, W1, b1, W2, b2 } = twoLayerNetwork();
const learn = pipe(dense1, relu1, dense2, softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 }));

of(batch)
  .pipe(learn)
  .subscribe(({ loss }) => console.log(`loss before the update = ${loss.toFixed(4)}`));
for (const [name, { value }] of Object.entries({ W1, b1, W2, b2 })) print(name, value);

of(batch)
  .pipe(learn)
  .subscribe(({ loss }) => console.log(`loss after it = ${loss.toFixed(4)}`));
