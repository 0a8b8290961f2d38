// Microseconds for one training step of a two-layer network in TensorFlow.js on its WebAssembly back end, timed.
//
//     node tfjs_step.mjs --pixels FILE --labels FILE
//
// PIXELS holds n x 784 bytes, LABELS n bytes. For each line of standard input, such as
// {"hidden": 50, "batch": 100, "steps": 100, "activation": "relu"}, prints one number. Needs `npm install --prefix bench/peers`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

// Their CommonJS builds: the ES modules cannot be loaded by Node.
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs-core');
const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');

const { values } = parseArgs({ options: { pixels: { type: 'string' }, labels: { type: 'string' } } });

setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/'));
await tf.setBackend('wasm');
await tf.ready();
if (tf.getBackend() !== 'wasm') throw new Error(`TensorFlow.js runs on ${tf.getBackend()}`);

const labels = readFileSync(values.labels);
const n = labels.length;
const x = tf.tensor2d(
  Float32Array.from(readFileSync(values.pixels), (byte) => byte / 255),
  [n, 784],
);
const t = tf.cast(tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), 10), 'float32');
const rate = tf.scalar(0.1);
const weights = (shape) => tf.variable(tf.randomNormal(shape, 0, 0.01));

/** Forward and backward by hand, as the notebook has them: the bundle for Node has no gradients. */
function measure({ hidden, batch, steps, activation }) {
  const [W1, b1, W2, b2] = [weights([784, hidden]), weights([hidden]), weights([hidden, 10]), weights([10])];
  const step = () =>
    tf.tidy(() => {
      const rows = tf.tensor1d(
        Int32Array.from({ length: batch }, () => Math.floor(Math.random() * n)),
        'int32',
      );
      const [xs, ts] = [tf.gather(x, rows), tf.gather(t, rows)];
      const a = tf.add(tf.matMul(xs, W1), b1);
      const z = activation === 'relu' ? tf.relu(a) : tf.sigmoid(a);
      const y = tf.softmax(tf.add(tf.matMul(z, W2), b2));
      const loss = tf.neg(tf.mean(tf.log(tf.sum(tf.mul(y, ts), 1))));
      const dy = tf.div(tf.sub(y, ts), batch);
      const slope = activation === 'relu' ? tf.cast(tf.greater(a, 0), 'float32') : tf.mul(z, tf.sub(1, z));
      const da = tf.mul(tf.matMul(dy, W2, false, true), slope);
      const descend = (variable, gradient) => variable.assign(tf.sub(variable, tf.mul(rate, gradient)));
      descend(W2, tf.matMul(z, dy, true, false));
      descend(b2, tf.sum(dy, 0));
      descend(W1, tf.matMul(xs, da, true, false));
      descend(b1, tf.sum(da, 0));
      loss.dataSync();
    });

  for (let i = 0; i < 2; i++) step();
  const start = performance.now();
  for (let i = 0; i < steps; i++) step();
  const microseconds = ((performance.now() - start) / steps) * 1000;
  for (const variable of [W1, b1, W2, b2]) variable.dispose();
  return microseconds;
}

for await (const line of createInterface(process.stdin)) console.log(measure(JSON.parse(line)));
