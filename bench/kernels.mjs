// Each kernel by itself, on one thread, beside the textbook's loops that it must agree with.
import { createKernels, elu, gelu, identity, leakyRelu, relu, sigmoid, softplus, tanh } from 'marblenet';
import { microseconds } from './microseconds.mjs';

const [B, D, H, C] = [100, 784, 50, 10];
/** Images of a batch: few, since the textbook's loops take their time. */
const IMAGES = 10;
const update = { count: 3, rate: 1e-6, scale: 1, decay: 0 };

/** A picture's worth of bytes in five is not 0, as in MNIST. */
const features = Uint8Array.from({ length: B * D }, (_, i) => ((i * 7919) % 1000 < 190 ? 1 + (i % 255) : 0));
const rows = Int32Array.from({ length: B }, (_, row) => row);

const activations = { identity, relu, leakyRelu, elu, gelu, sigmoid, tanh, softplus };

/** Windows of so many pixels on each side, without padding; those of a convolution have filters. */
const windows = (image, side, filters) => ({
  image,
  window: [side, side],
  stride: [1, 1],
  dilation: [1, 1],
  padding: [0, 0, 0, 0],
  filters,
  groups: 1,
});

/** What is timed, by its name: a function of the kernels, which makes tensors and returns the work. */
const operations = {
  'dense, of pixels, 784 to 50': (kernels, tensor) => {
    const [out, x, W, b] = [tensor(B, H), tensor(B, D), tensor(D, H), tensor(H)];
    kernels.gather(x, features, rows, { mean: 0, std: 255 });
    return () => kernels.dense(out, x, W, b);
  },
  'its gradient and the step against it': (kernels, tensor) => {
    const [dW, db, dout, x, W] = [tensor(D, H), tensor(H), tensor(B, H), tensor(B, D), tensor(D, H)];
    kernels.gather(x, features, rows, { mean: 0, std: 255 });
    return () => {
      kernels.denseGradient(dW, db, dout, x);
      kernels.descend(W, dW, 1e-6);
    };
  },
  'dense, of floats, 784 to 50': (kernels, tensor) => {
    const [out, x, W, b] = [tensor(B, H), tensor(B, D), tensor(D, H), tensor(H)];
    return () => kernels.dense(out, x, W, b);
  },
  'dense, of floats, 50 to 10': (kernels, tensor) => {
    const [out, x, W, b] = [tensor(B, C), tensor(B, H), tensor(H, C), tensor(C)];
    return () => kernels.dense(out, x, W, b);
  },
  'its gradients, by W, b and x': (kernels, tensor) => {
    const [dW, db, dx] = [tensor(H, C), tensor(C), tensor(B, H)];
    const [dout, x, W] = [tensor(B, C), tensor(B, H), tensor(H, C)];
    return () => {
      kernels.denseGradient(dW, db, dout, x);
      kernels.denseInputGradient(dx, dout, W);
    };
  },
  ...Object.fromEntries(
    Object.entries(activations).map(([name, activation]) => [
      `${name}, there and back`,
      (kernels, tensor) => {
        const stage = activation();
        const loops = kernels.elementwise(stage.definition.formula(stage.options));
        const [x, y, dx, dout] = [tensor(B, H), tensor(B, H), tensor(B, H), tensor(B, H)];
        return () => {
          loops.forward(y, x);
          loops.backward(dx, dout, x, y);
        };
      },
    ]),
  ),
  'convolution, 30 filters of 5 x 5': (kernels, tensor) => {
    const [out, x, W, b] = [tensor(IMAGES, 24, 24, 30), tensor(IMAGES, 28, 28, 1), tensor(5, 5, 1, 30), tensor(30)];
    const { forward } = kernels.convolution(windows([28, 28, 1], 5, 30), IMAGES);
    return () => forward(out, x, W, b);
  },
  'its gradients, by W, b and x, of 20 channels by 50 filters': (kernels, tensor) => {
    const [dW, db, dx] = [tensor(5, 5, 20, 50), tensor(50), tensor(IMAGES, 12, 12, 20)];
    const [dout, x, W] = [tensor(IMAGES, 8, 8, 50), tensor(IMAGES, 12, 12, 20), tensor(5, 5, 20, 50)];
    const { gradient, inputGradient } = kernels.convolution(windows([12, 12, 20], 5, 50), IMAGES);
    return () => {
      gradient(dW, db, dout, x);
      inputGradient(dx, dout, W);
    };
  },
  ...Object.fromEntries(
    ['maxPool', 'averagePool'].map((pool) => [
      `${pool} of 2 x 2, there and back`,
      (kernels, tensor) => {
        const [y, x, dx] = [tensor(IMAGES, 12, 12, 30), tensor(IMAGES, 24, 24, 30), tensor(IMAGES, 24, 24, 30)];
        const { forward, backward } = kernels[pool]({ ...windows([24, 24, 30], 2), stride: [2, 2] }, IMAGES);
        return () => {
          forward(y, x);
          backward(dx, y);
        };
      },
    ]),
  ),
  'batch normalization of 32 channels, there and back': (kernels, tensor) => {
    const [y, x, dx] = [tensor(IMAGES, 14, 14, 32), tensor(IMAGES, 14, 14, 32), tensor(IMAGES, 14, 14, 32)];
    const [gamma, beta, dgamma, dbeta, mean, variance] = Array.from({ length: 6 }, () => tensor(32));
    const norm = kernels.batchNorm(32, 1e-5);
    return () => {
      norm.statistics({ mean, variance }, x);
      norm.forward(y, x, gamma, beta, { mean, variance });
      norm.backward(dx, dgamma, dbeta, y, x, gamma, { mean, variance });
    };
  },
  'softmax cross-entropy': (kernels, tensor) => {
    const [dx, x, t] = [tensor(B, C), tensor(B, C), tensor(B, C)];
    kernels.oneHot(
      t,
      rows.map((row) => row % C),
    );
    return () => kernels.softmaxCrossEntropy(dx, x, t);
  },
  'one-hot labels': (kernels, tensor) => {
    const t = tensor(B, C);
    const labels = rows.map((row) => row % C);
    return () => kernels.oneHot(t, labels);
  },
  'pixels to floats, standardized': (kernels, tensor) => {
    const x = tensor(B, D);
    return () => kernels.gather(x, features, rows, { mean: 33, std: 79 });
  },
  sgd: (kernels, tensor) => {
    const [W, dW] = [tensor(D, H), tensor(D, H)];
    return () => kernels.descend(W, dW, 1e-6);
  },
  ...Object.fromEntries(
    Object.entries({
      momentum: (kernels, W, v, _, dW) => kernels.momentum(W, v, dW, update, 0.9),
      nesterov: (kernels, W, v, _, dW) => kernels.nesterov(W, v, dW, update, 0.9),
      adaGrad: (kernels, W, s, _, dW) => kernels.adaGrad(W, s, dW, update, 1e-10),
      rmsProp: (kernels, W, s, _, dW) => kernels.rmsProp(W, s, dW, update, { decay: 0.99, epsilon: 1e-8 }),
      adam: (kernels, W, m, s, dW) => kernels.adam(W, m, s, dW, update, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
    }).map(([name, step]) => [
      name,
      (kernels, tensor) => {
        const [W, m, s, dW] = [tensor(D, H), tensor(D, H), tensor(D, H), tensor(D, H)];
        for (let i = 0; i < s.data.length; i++) s.data[i] = Math.abs(s.data[i]);
        return () => step(kernels, W, s, m, dW);
      },
    ]),
  ),
};

/** Microseconds of each operation, by WebAssembly and by the textbook's loops. */
export const timeKernels = () =>
  Object.entries(operations).map(([name, operation]) => {
    const [wasm, textbook] = ['wasm', 'typescript'].map((backend) => {
      const kernels = createKernels('float32', backend);
      const tensor = (...shape) => {
        const fresh = kernels.allocate(shape);
        for (let i = 0; i < fresh.data.length; i++) fresh.data[i] = Math.sin(i);
        return fresh;
      };
      return microseconds(operation(kernels, tensor), backend === 'wasm' ? 100 : 10);
    });
    return { name, wasm, textbook };
  });
