import { Float } from '../math/float';
import { storeTwo } from '../math/vector';
import { args, end, first, loop, rows } from '../threads/elementwise';

/** out = max(0, x) */
export function relu(out: usize, x: usize, n: i32, H: i32): void {
  loop(reluChunk, out, x, 0, 0, n, H);
}

function reluChunk(chunk: i32): void {
  const out = args().out;
  const x = args().x;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      storeTwo(out + i, reluOf(v128.load(x + i)), reluOf(v128.load(x + i, 16)));
    }
  }
}

/** pmax is one instruction where max is seven, and it keeps NaN. */
// @ts-ignore: decorator
@inline
function reluOf(x: v128): v128 {
  return v128.pmax<Float>(x, v128.splat<Float>(0));
}

/** dx = dout where y > 0, else 0 */
export function reluBackward(dx: usize, dout: usize, y: usize, n: i32, H: i32): void {
  loop(reluBackwardChunk, dx, dout, y, 0, n, H);
}

function reluBackwardChunk(chunk: i32): void {
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
  return v128.and(dout, v128.gt<Float>(y, v128.splat<Float>(0)));
}
