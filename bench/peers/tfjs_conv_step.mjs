// Microseconds for one training step of a convolutional network in TensorFlow.js, timed: on its CPU back end, the only one
// for Node without native code that has the gradient of a convolution.
//
//     node tfjs_conv_step.mjs --pixels FILE --labels FILE
//
// PIXELS holds n x 784 bytes, LABELS n bytes. For each line of standard input, such as
// {"layers": [["conv", 30, 5, 0], ["relu"], ["pool"], ["dense", 10]], "batch": 100, "steps": 2}, prints one number. With
// "weights", a folder that holds weights.f32, in the place of the steps, prints [loss, loss]: of the first digits of the set,
// before and after one step. Needs `npm install --prefix bench/peers`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

// The CommonJS build of all of it: that of the core alone has no gradients.
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');

const { values } = parseArgs({ options: { pixels: { type: 'string' }, labels: { type: 'string' } } });

tf.enableProdMode();
await tf.setBackend('cpu');

const SIDE = 28;
const labels = readFileSync(values.labels);
const n = labels.length;
const x = tf.tensor4d(
  Float32Array.from(readFileSync(values.pixels), (byte) => byte / 255),
  [n, SIDE, SIDE, 1],
);
const t = tf.cast(tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), 10), 'float32');

/**
 * The layers of bench/conv.mjs for images [28, 28, 1], as one function from images to logits, and its variables.
 *
 * @param weights gives the first values of a variable of a shape; `fanIn` is 0 where they are all one number, `constant`
 */
function network(layers, weights) {
  const variables = [];
  const variable = (shape, fanIn, constant) => {
    const made = tf.variable(weights(shape, fanIn, constant));
    variables.push(made);
    return made;
  };
  let [side, channels, width] = [SIDE, 1, undefined];
  const functions = layers.map(([kind, size, kernel, padding]) => {
    switch (kind) {
      case 'conv': {
        const W = variable([kernel, kernel, channels, size], kernel * kernel * channels, 0);
        const b = variable([size], 0, 0);
        channels = size;
        side += 2 * padding - kernel + 1;
        return (images) => tf.add(tf.conv2d(images, W, 1, padding), b);
      }
      case 'norm': {
        const [gamma, beta] = [variable([channels], 0, 1), variable([channels], 0, 0)];
        return (images) => {
          const { mean, variance } = tf.moments(images, [0, 1, 2]);
          return tf.batchNorm(images, mean, variance, beta, gamma, 1e-5);
        };
      }
      case 'relu':
        return (given) => tf.relu(given);
      case 'pool':
        side = Math.floor(side / 2);
        return (images) => tf.maxPool(images, 2, 2, 'valid');
      case 'dense': {
        const inputs = width ?? side * side * channels;
        const [W, b] = [variable([inputs, size], inputs, 0), variable([size], 0, 0)];
        width = size;
        return (given) => tf.add(tf.matMul(tf.reshape(given, [-1, inputs]), W), b);
      }
      default:
        throw new Error(`there is no layer ${kind} here`);
    }
  });
  return { variables, logits: (images) => functions.reduce((value, layer) => layer(value), images) };
}

const drawn = (shape, fanIn, constant) =>
  fanIn > 0 ? tf.randomNormal(shape, 0, Math.sqrt(2 / fanIn)) : tf.fill(shape, constant);

/** Values one after another as this project has them, channels last, which are TensorFlow's too. */
function given(folder) {
  const bytes = readFileSync(join(folder, 'weights.f32'));
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let from = 0;
  return (shape) => {
    const size = shape.reduce((product, length) => product * length, 1);
    from += size;
    return tf.tensor(all.slice(from - size, from), shape);
  };
}

/** A function that makes one step of gradient descent on rows of the set, and gives the loss before it. */
function trainer(layers, weights) {
  const { variables, logits } = network(layers, weights);
  const optimizer = tf.train.sgd(0.01);
  const step = (rows) =>
    tf.tidy(() => {
      const indices = tf.tensor1d(rows, 'int32');
      const [xs, ts] = [tf.gather(x, indices), tf.gather(t, indices)];
      const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(ts, logits(xs)), true, variables);
      return loss.dataSync()[0];
    });
  const stop = () => tf.dispose([variables, optimizer]);
  return { step, stop };
}

function measure({ layers, batch, steps }) {
  const { step, stop } = trainer(layers, drawn);
  const anyStep = () => step(Int32Array.from({ length: batch }, () => Math.floor(Math.random() * n)));
  const start = performance.now(); // the losses that it was asked for before have warmed it up
  for (let i = 0; i < steps; i++) anyStep();
  const microseconds = ((performance.now() - start) / steps) * 1000;
  stop();
  return microseconds;
}

function losses({ layers, batch, weights }) {
  const { step, stop } = trainer(layers, given(weights));
  const rows = Int32Array.from({ length: batch }, (_, i) => i);
  const found = [step(rows), step(rows)];
  stop();
  return found;
}

for await (const line of createInterface(process.stdin)) {
  const question = JSON.parse(line);
  console.log(JSON.stringify('weights' in question ? losses(question) : measure(question)));
}
