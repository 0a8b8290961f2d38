import { Float } from '../math/float';
import { logistic } from '../math/logistic';
import { storeTwo } from '../math/vector';
import { args, end, first, loop, rows } from '../threads/elementwise';

/** out = 1 / (1 + exp(-x)) */
export function sigmoid(out: usize, x: usize, n: i32, H: i32): void {
  loop(sigmoidChunk, out, x, 0, 0, n, H);
}

function sigmoidChunk(chunk: i32): void {
  const out = args().out;
  const x = args().x;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      const a = v128.load(x + i);
      const b = v128.load(x + i, 16);
      storeTwo(out + i, logistic(a), logistic(b));
    }
  }
}

/** dx = dout y (1 - y), where y is the output of `sigmoid`. */
export function sigmoidBackward(dx: usize, dout: usize, y: usize, n: i32, H: i32): void {
  loop(sigmoidBackwardChunk, dx, dout, y, 0, n, H);
}

function sigmoidBackwardChunk(chunk: i32): void {
  const dx = args().out;
  const dout = args().x;
  const y = args().y;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      storeTwo(
        dx + i,
        backwardOf(v128.load(dout + i), v128.load(y + i)),
        backwardOf(v128.load(dout + i, 16), v128.load(y + i, 16)),
      );
    }
  }
}

// @ts-ignore: decorator
@inline
function backwardOf(dout: v128, y: v128): v128 {
  return v128.mul<Float>(dout, v128.mul<Float>(y, v128.sub<Float>(v128.splat<Float>(1), y)));
}
