import { exponential } from '../math/exponential';
import { Float } from '../math/float';
import { logarithmOfOnePlus } from '../math/logarithm';
import { storeTwo } from '../math/vector';
import { args, end, first, loop, rows } from '../threads/elementwise';

/** out = log(1 + exp(x)) = max(0, x) + log(1 + exp(-|x|)), in which nothing overflows */
export function softplus(out: usize, x: usize, n: i32, H: i32): void {
  loop(softplusChunk, out, x, 0, 0, n, H);
}

function softplusChunk(chunk: i32): void {
  const out = args().out;
  const x = args().x;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      const a = v128.load(x + i);
      const b = v128.load(x + i, 16);
      storeTwo(out + i, softplusOf(a), softplusOf(b));
    }
  }
}

// @ts-ignore: decorator
@inline
function softplusOf(x: v128): v128 {
  const rest = logarithmOfOnePlus(exponential(v128.neg<Float>(v128.abs<Float>(x))));
  return v128.add<Float>(v128.pmax<Float>(x, v128.splat<Float>(0)), rest);
}

/** dx = dout / (1 + exp(-x)) */
export function softplusBackward(dx: usize, dout: usize, x: usize, n: i32, H: i32): void {
  loop(softplusBackwardChunk, dx, dout, x, 0, n, H);
}

function softplusBackwardChunk(chunk: i32): void {
  const dx = args().out;
  const dout = args().x;
  const x = args().y;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      const a = v128.load(x + i);
      const b = v128.load(x + i, 16);
      const ea = onePlusExponential(a);
      const eb = onePlusExponential(b);
      storeTwo(dx + i, v128.div<Float>(v128.load(dout + i), ea), v128.div<Float>(v128.load(dout + i, 16), eb));
    }
  }
}

// @ts-ignore: decorator
@inline
function onePlusExponential(x: v128): v128 {
  return v128.add<Float>(v128.splat<Float>(1), exponential(v128.neg<Float>(x)));
}
