// Calls the products of every layout once: registers.test.ts reads the machine code that V8 makes of them.
import { allowFasterSimd, createKernels } from '../../dist/index.js';

// the kernels are told of pairs, too
if (process.execArgv.includes('--experimental-wasm-revectorize')) allowFasterSimd();

const kernels = createKernels('float32', 'wasm');
const [B, D] = [8, 64];
const pixels = Uint8Array.from({ length: B * D }, (_, i) => (i % 5 === 0 ? 200 : 0));
// so few columns that a dense product has one tile, or that the gradient is an outer product; more; and so many that
// nonzeros are unpacked
for (const H of [10, 28, 88, 320]) {
  const [x, W, b, y] = [[B, D], [D, H], [H], [B, H]].map((shape) => kernels.allocate(shape));
  const [dW, db] = [kernels.allocate([D, H]), kernels.allocate([H])];
  kernels.gather(
    x,
    pixels,
    Int32Array.from({ length: B }, (_, row) => row),
    { mean: 0, std: 255 },
  );
  kernels.dense(y, x, W, b);
  kernels.denseGradient(dW, db, y, x);
  kernels.descend(W, dW, 0.1);
  x.data[0] = 1;
  kernels.dense(y, x, W, b);
}

// filters that fill tiles of every width
for (const filters of [8, 30]) {
  const shape = {
    image: [6, 6, 2],
    window: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [0, 0, 0, 0],
    filters,
    groups: 1,
  };
  const [x, W, b, y] = [[B, 6, 6, 2], [3, 3, 2, filters], [filters], [B, 4, 4, filters]].map((each) =>
    kernels.allocate(each),
  );
  kernels.convolution(shape, B).forward(y, x, W, b);
}
