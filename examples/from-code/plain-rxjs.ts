import {
  backward,
  dense,
  digits,
  normalize,
  oneHot,
  relu,
  type SourceSplit,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
} from 'marblenet';
import { of, pipe } from 'rxjs';

const examples = pipe(digits({ train: 5000 }), normalize({ divisor: 255 }), oneHot({ classes: 10 }));
const network = pipe(dense({ units: 50 }), relu(), dense({ units: 10 }));
const learning = pipe(softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 }));

of<SourceSplit>('train')
  .pipe(examples, shuffleBatch({ size: 100 }), network, learning)
  .subscribe(({ step, loss }) => console.log(step, loss));
