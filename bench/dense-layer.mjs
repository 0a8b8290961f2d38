// The dense layer alone, on one thread: how fast its product is, from which share of pixels that are not 0 on dense rows
// beat lists, and what it takes when nothing else is there.
import { createKernels } from 'marblenet';
import { microseconds } from './microseconds.mjs';

const [B, D] = [100, 784];
const scaling = { mean: 0, std: 255 };

/** x W + b for B rows of D numbers, none of them 0. */
export function denseProduct(H, dtype) {
  const kernels = createKernels(dtype, 'wasm');
  const [x, W, b, out] = [[B, D], [D, H], [H], [B, H]].map((shape) => kernels.allocate(shape));
  for (const { data } of [x, W]) data.fill(0.5);
  const time = microseconds(() => kernels.dense(out, x, W, b));
  return { hidden: H, dtype, microseconds: time, gigaflops: (2 * B * D * H) / time / 1000 };
}

/** A dense layer over the lists of B images of D pixels: its ways forward, and backward with a step. */
function layerOver(features, [B, D, H]) {
  const kernels = createKernels('float32', 'wasm');
  const [x, W, b, out] = [[B, D], [D, H], [H], [B, H]].map((shape) => kernels.allocate(shape));
  const [dW, db] = [kernels.allocate([D, H]), kernels.allocate([H])];
  out.data.fill(0.001);
  const rows = Int32Array.from({ length: B }, (_, row) => row);
  kernels.gather(x, features, rows, scaling);
  return {
    x,
    forward: () => kernels.dense(out, x, W, b),
    backward() {
      kernels.denseGradient(dW, db, out, x);
      kernels.descend(W, dW, 1e-9);
    },
  };
}

/**
 * Microseconds of a layer that has one thread to itself, forward, and backward with its step: the same images again and
 * again, as near as the caches hold them, and nothing in between.
 */
export function alone(images, { hidden, batch }) {
  const { forward, backward } = layerOver(images.subarray(0, batch * D), [batch, D, hidden]);
  backward(); // the weights live in tiles from here on
  const rounds = Math.ceil(10_000 / batch);
  return microseconds(forward, rounds) + microseconds(backward, rounds);
}

/** Forward, and backward with its step, at one density: over lists, and over dense rows. */
export function atDensity(density, H) {
  const features = Uint8Array.from({ length: B * D }, () => (Math.random() < density ? 1 + 254 * Math.random() : 0));
  const { x, forward, backward } = layerOver(features, [B, D, H]);
  const layer = () => {
    forward();
    backward();
  };
  const asChosen = microseconds(layer);
  x.data[0] += 0; // whoever looks at the numbers may change them: lists are out
  return { density, hidden: H, asChosen, dense: microseconds(layer) };
}
