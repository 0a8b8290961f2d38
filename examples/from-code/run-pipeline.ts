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

const { test, network } = await runPipeline({
  seed: 42,
  epochs: 4,
  data: [digits(), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: [dense({ units: 50 }), relu(), dense({ units: 10 })],
  train: [shuffleBatch({ size: 100 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
  test: [batch({ size: 500 }), forward(), softmaxCrossEntropy(), accuracy()],
});
console.log(test?.accuracy);

const { classes } = await network.predict(new Uint8Array(784)); // bytes in, classes out
console.log(classes);
