import { exponentialMinusOne } from '../math/exponential';
import { Float } from '../math/float';
import { storeTwo } from '../math/vector';
import { args, end, first, loop, rows } from '../threads/elementwise';

/** out = x where x > 0, else alpha (exp(x) - 1) */
export function elu(out: usize, x: usize, n: i32, H: i32, alpha: Float): void {
  loop(eluChunk, out, x, 0, alpha, n, H);
}

function eluChunk(chunk: i32): void {
  const out = args().out;
  const x = args().x;
  const alpha = v128.splat<Float>(args().scalar);
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      const a = v128.load(x + i);
      const b = v128.load(x + i, 16);
      storeTwo(out + i, eluOf(a, alpha), eluOf(b, alpha));
    }
  }
}

// @ts-ignore: decorator
@inline
function eluOf(x: v128, alpha: v128): v128 {
  const below = v128.mul<Float>(alpha, exponentialMinusOne(x));
  return v128.bitselect(x, below, v128.gt<Float>(x, v128.splat<Float>(0)));
}

/** dx = dout where y > 0, else dout (y + alpha), where y is the output of `elu`: it is above 0 where x is. */
export function eluBackward(dx: usize, dout: usize, y: usize, n: i32, H: i32, alpha: Float): void {
  loop(eluBackwardChunk, dx, dout, y, alpha, n, H);
}

function eluBackwardChunk(chunk: i32): void {
  const dx = args().out;
  const dout = args().x;
  const y = args().y;
  const alpha = v128.splat<Float>(args().scalar);
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      storeTwo(
        dx + i,
        backwardOf(v128.load(dout + i), v128.load(y + i), alpha),
        backwardOf(v128.load(dout + i, 16), v128.load(y + i, 16), alpha),
      );
    }
  }
}

// @ts-ignore: decorator
@inline
function backwardOf(dout: v128, y: v128, alpha: v128): v128 {
  const below = v128.mul<Float>(dout, v128.add<Float>(y, alpha));
  return v128.bitselect(dout, below, v128.gt<Float>(y, v128.splat<Float>(0)));
}
