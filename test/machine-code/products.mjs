// Calls the products of every layout once: registers.test.ts reads the machine code that V8 makes of them.
import { createKernels } from '../../dist/index.js';

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
