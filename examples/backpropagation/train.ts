import { accuracy, backward, batch, dense, drawBatch, oneHot, relu, sgd, softmaxCrossEntropy } from 'marblenet';
import { examplesOf } from 'marblenet/testing';
import { of, pipe } from 'rxjs';

// class 0 where the second number is the larger one, else class 1
const samples = [
  [1, 2],
  [3, 1],
  [2, 4],
  [4, 3],
  [0, 1],
  [2, 1],
];
const examples = of(examplesOf(samples, { labels: [0, 1, 0, 1, 0, 1] })).pipe(oneHot({ classes: 2 }));

const network = pipe(
  dense({ units: 3, weights: { normal: 0.1 } }),
  relu(),
  dense({ units: 2, weights: { normal: 0.1 } }),
);
const judge = pipe(network, softmaxCrossEntropy());

await examples
  .pipe(drawBatch({ size: 2, steps: 500 }), judge, backward(), sgd({ learningRate: 0.1 }))
  .forEach(({ step, loss }) => {
    if ([1, 50, 500].includes(step)) console.log(`step ${step}: loss = ${loss.toFixed(4)}`);
  });

await examples.pipe(batch({ size: 6 }), judge, accuracy()).forEach(({ value }) => {
  console.log(`accuracy = ${value.toFixed(4)}`);
});
