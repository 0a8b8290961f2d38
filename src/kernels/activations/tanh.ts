import { exponentialMinusOne } from '../math/exponential';
import { Float } from '../math/float';
import { storeTwo } from '../math/vector';
import { args, end, first, loop, rows } from '../threads/elementwise';

/** out = tanh(x) = e / (e + 2), where e = exp(2 x) - 1 */
export function tanh(out: usize, x: usize, n: i32, H: i32): void {
  loop(tanhChunk, out, x, 0, 0, n, H);
}

function tanhChunk(chunk: i32): void {
  const out = args().out;
  const x = args().x;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      const a = v128.load(x + i);
      const b = v128.load(x + i, 16);
      storeTwo(out + i, tanhOf(a), tanhOf(b));
    }
  }
}

// @ts-ignore: decorator
@inline
function tanhOf(x: v128): v128 {
  const e = exponentialMinusOne(v128.add<Float>(x, x));
  return v128.div<Float>(e, v128.add<Float>(e, v128.splat<Float>(2)));
}

/** dx = dout (1 - y²), where y is the output of `tanh`. */
export function tanhBackward(dx: usize, dout: usize, y: usize, n: i32, H: i32): void {
  loop(tanhBackwardChunk, dx, dout, y, 0, n, H);
}

function tanhBackwardChunk(chunk: i32): void {
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
  return v128.mul<Float>(dout, v128.sub<Float>(v128.splat<Float>(1), v128.mul<Float>(y, y)));
}
