// Who is timed: this project's pipeline, its kernels in a plain loop, and the same step in NumPy and PyTorch. Each is a
// function from a size to the microseconds of one training step.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  backward,
  createKernels,
  dense,
  drawBatch,
  forward,
  noOptions,
  normalize,
  oneHot,
  relu,
  runPipeline,
  sgd,
  sigmoid,
  softmaxCrossEntropy,
  stage,
} from 'marblenet';
import { of } from 'rxjs';

const activations = { relu, sigmoid };
const weights = { normal: 0.01 };

/** A whole pipeline, as users run it, on examples that are in memory already. The first epoch warms it up. */
export const pipeline =
  (examples, { dtype = 'float32', backend = 'wasm', threads = 'auto' } = {}) =>
  async ({ hidden, batch, steps, activation }) => {
    const inMemory = stage({
      name: 'inMemory',
      summary: 'the examples of this bench',
      group: 'source',
      from: 'split',
      to: 'examples',
      options: noOptions,
      example: 'inMemory',
      build: () => ({
        output: { kind: 'examples', shape: examples.shape, classes: undefined },
        operator: () => of(examples),
      }),
    });
    let seconds = 0;
    await runPipeline(
      {
        dtype,
        backend,
        threads,
        epochs: 2,
        data: [inMemory(), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
        network: [dense({ units: hidden, weights }), activations[activation](), dense({ units: 10, weights })],
        train: [
          drawBatch({ size: batch, steps }),
          forward(),
          softmaxCrossEntropy(),
          backward(),
          sgd({ learningRate: 0.1 }),
        ],
      },
      {
        onEvent(event) {
          if (event.event === 'epoch') seconds = event.seconds;
        },
      },
    );
    return (seconds / steps) * 1e6;
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
    const corner = kernels.elementwise('relu', { value: (v) => Math.max(0, v), slope: (v) => (v > 0 ? 1 : 0) });
    const rows = new Int32Array(B);
    const labels = new Int32Array(B);
    const step = () => {
      for (let i = 0; i < B; i++) {
        rows[i] = Math.floor(Math.random() * N);
        labels[i] = examples.labels[rows[i]];
      }
      kernels.gather(x, examples.features, rows, { mean: 0, std: 255 });
      kernels.oneHot(t, labels);
      kernels.dense(a, x, W1, b1);
      corner.forward(z, a);
      kernels.dense(y, z, W2, b2);
      kernels.softmaxCrossEntropy(dy, y, t);
      kernels.denseGradient(dW2, db2, dy, z);
      kernels.denseInputGradient(dz, dy, W2);
      corner.backward(da, dz, a, z);
      kernels.denseGradient(dW1, db1, da, x);
      kernels.descend(W2, dW2, 0.1);
      kernels.descend(b2, db2, 0.1);
      kernels.descend(W1, dW1, 0.1);
      kernels.descend(b1, db1, 0.1);
    };
    for (let i = 0; i < steps; i++) step();
    const start = performance.now();
    for (let i = 0; i < steps; i++) step();
    return ((performance.now() - start) / steps) * 1000;
  };
};

/** A Python script of bench/peers, given the same pixels; undefined where it cannot run. */
export const python = (script, files, options) => {
  const path = fileURLToPath(new URL(`peers/${script}.py`, import.meta.url));
  return (size) => {
    const args = Object.entries({ ...files, ...size, ...options }).flatMap(([name, value]) => [
      `--${name}`,
      `${value}`,
    ]);
    return Number(
      execFileSync(interpreter, [path, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  };
};

/** Debian's Python sees Debian's NumPy and PyTorch, whatever other Python comes first on the path. */
const interpreter = process.env.PYTHON ?? '/usr/bin/python3';

export function pythonHas(module) {
  try {
    execFileSync(interpreter, ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
