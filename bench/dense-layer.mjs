// The dense layer alone, on one thread: how fast its product is, from which share of pixels that are not 0 on dense rows
// beat lists, and how fast the loops over lists are when nothing is ever missing from the first cache.
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
 * Nanoseconds that a pixel which is not 0 takes, forward, and backward with its step, where whatever a tile of columns needs
 * lies in the first cache: 128 images of 128 pixels, three in four of which are not 0.
 */
export function undisturbed(H) {
  const N = 128;
  const features = Uint8Array.from({ length: N * N }, (_, i) => (i % 4 ? 255 : 0));
  const { forward, backward } = layerOver(features, [N, N, H]);
  backward(); // the weights live in tiles from here on
  const perPixel = (work) => (microseconds(work, 100) * 1000) / (0.75 * N * N);
  return { forward: perPixel(forward), backward: perPixel(backward) };
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
