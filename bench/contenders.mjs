// This project, as the bench races it: a whole pipeline, and the same kernels in a plain loop. Each is a function from a
// size to the microseconds of one training step.
import {
  backward,
  batch,
  createKernels,
  dense,
  drawBatch,
  forward,
  noOptions,
  normalize,
  oneHot,
  relu,
  runPipeline,
  seededRandom,
  sgd,
  sigmoid,
  softmaxCrossEntropy,
  stage,
} from 'marblenet';
import { of } from 'rxjs';

const activations = { relu, sigmoid };
const weights = { normal: 0.01 };

/** MNIST's training set, in memory. */
export const mnistExamples = (features, labels) => ({
  split: 'train',
  epoch: 1,
  shape: [28, 28],
  features,
  scaling: { mean: 0, std: 1 },
  labels,
  classes: undefined,
  origin: { source: 'mnist' },
});

/** A source of examples that are in memory already. */
export const inMemory = (examples) =>
  stage({
    name: 'inMemory',
    summary: 'the examples of this bench',
    family: 'sources',
    from: 'split',
    to: 'examples',
    options: noOptions,
    example: 'inMemory',
    build: () => ({
      output: { kind: 'examples', shape: examples.shape, classes: undefined },
      operator: () => of(examples),
    }),
  })();

/** The network and its training, as in pipelines/relu.yaml, on examples that are in memory already. */
const definition = (examples, { hidden, activation, rate }, batcher) => {
  return {
    data: [inMemory(examples), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
    network: [dense({ units: hidden, weights }), activations[activation](), dense({ units: 10, weights })],
    train: [batcher, forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: rate })],
  };
};

/** So many epochs warm a contender up, and so many count: together they take about as long as one epoch of a peer's. */
const [WARM_UP, COUNTED] = [2, 4];

/** A whole pipeline, as users run it. */
export const pipeline = (examples, options) => async (size) => {
  let seconds = 0;
  await runPipeline(
    {
      ...options,
      epochs: WARM_UP + COUNTED,
      ...definition(examples, { ...size, rate: 0.1 }, drawBatch({ size: size.batch, steps: size.steps })),
    },
    {
      onEvent(event) {
        if (event.event === 'epoch' && event.epoch > WARM_UP) seconds += event.seconds;
      },
    },
  );
  return (seconds / (COUNTED * size.steps)) * 1e6;
};

/**
 * Whether the very thing that is timed learns as its gradient says: a step of learning rate r on one batch lowers the
 * loss on that batch by r |gradient|², as r goes to 0. Returns the lowering over what the gradient promises: 1 is right.
 * One number for every entry of the gradient, and for the steps that were fused with it. Taken with r and r / 2, since
 * what is off by the curve of the loss is twice as far off with twice the rate.
 */
export const gradientCheck = (examples, options) => async (size) => {
  const rows = size.batch;
  const few = {
    ...examples,
    features: examples.features.subarray(0, rows * 784),
    labels: examples.labels.subarray(0, rows),
  };
  const train = async (epochs, rate) => {
    const losses = [];
    const { network } = await runPipeline(
      { ...options, epochs, ...definition(few, { ...size, rate }, batch({ size: rows })) },
      {
        everyStep: true,
        onEvent(event) {
          if (event.event === 'step') losses.push(event.loss);
        },
      },
    );
    return { losses, values: network.parameters.map(({ value }) => value.data) };
  };
  // A rate that moves the biases, which begin at 0, and is nothing beside the rates below.
  const before = await train(1, 1e-12);
  const squaredGradient = async (rate) => {
    const after = await train(1, rate);
    const squares = before.values.map((values, i) =>
      values.reduce((sum, value, k) => sum + ((value - after.values[i][k]) / rate) ** 2, 0),
    );
    return squares.reduce((sum, square) => sum + square);
  };
  const ratio = async (rate) => {
    const { losses } = await train(2, rate);
    return (losses[0] - losses[1]) / (rate * (await squaredGradient(rate)));
  };
  const rate = (options.dtype === 'float64' ? 1e-5 : 1e-2) / (await squaredGradient(0.01));
  return 2 * (await ratio(rate / 2)) - (await ratio(rate));
};

/** The same kernels called one after another by hand: what RxJS and the stages cost is the difference. Relu only. */
export const plainLoop = (examples) => {
  const N = examples.labels.length;
  return ({ hidden: H, batch: B, steps }) => {
    const kernels = createKernels('float32', 'wasm');
    const tensor = (...shape) => kernels.allocate(shape);
    const normal = (t) => {
      for (let i = 0; i < t.data.length; i++) t.data[i] = 0.01 * (Math.random() + Math.random() - 1) * 2.45;
      return t;
    };
    const [W1, b1, W2, b2] = [normal(tensor(784, H)), tensor(H), normal(tensor(H, 10)), tensor(10)];
    const [dW1, db1, dW2, db2] = [tensor(784, H), tensor(H), tensor(H, 10), tensor(10)];
    const [x, t, a, z, y] = [tensor(B, 784), tensor(B, 10), tensor(B, H), tensor(B, H), tensor(B, 10)];
    const [dy, dz, da] = [tensor(B, 10), tensor(B, H), tensor(B, H)];
    const corner = kernels.elementwise(relu.definition.formula({}));
    const scaling = { mean: 0, std: 255 };
    const random = seededRandom(0).stream('plain loop');
    const step = () => {
      const rows = random.choice(N, B);
      const labels = rows.map((row) => examples.labels[row]);
      kernels.gather(x, examples.features, rows, scaling);
      kernels.oneHot(t, labels);
      kernels.dense(a, x, W1, b1);
      corner.forward(z, a);
      kernels.dense(y, z, W2, b2);
      kernels.softmaxCrossEntropy(dy, y, t);
      kernels.denseGradient(dW2, db2, dy, z);
      kernels.denseInputGradient(dz, dy, W2);
      corner.backward(da, dz, a, z);
      kernels.denseGradient(dW1, db1, da, x);
      kernels.descend(W1, dW1, 0.1);
      kernels.descend(b1, db1, 0.1);
      kernels.descend(W2, dW2, 0.1);
      kernels.descend(b2, db2, 0.1);
    };
    for (let i = 0; i < WARM_UP * steps; i++) step();
    const start = performance.now();
    for (let i = 0; i < COUNTED * steps; i++) step();
    return ((performance.now() - start) / (COUNTED * steps)) * 1000;
  };
};
