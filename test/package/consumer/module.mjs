// digits.yaml, written as code in an ES module. Prints the end event, as `pipeline run --json` does.
import {
  accuracy,
  backward,
  batch,
  dense,
  digits,
  forward,
  normalize,
  oneHot,
  relu,
  runPipeline,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
} from 'marblenet';
import { gradientError } from 'marblenet/testing';

if (gradientError(relu(), [[-1, 0.5, 2]]) > 1e-6) throw new Error('the gradient of relu is wrong');

await runPipeline(
  {
    name: 'digits',
    seed: 7,
    epochs: 2,
    data: [digits({ train: 500, test: 100 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
    network: [dense({ units: 16 }), relu(), dense({ units: 10 })],
    train: [shuffleBatch({ size: 20 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
    test: [batch({ size: 50 }), forward(), softmaxCrossEntropy(), accuracy()],
  },
  { onEvent: (event) => event.event === 'end' && console.log(JSON.stringify(event)) },
);
