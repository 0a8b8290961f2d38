import { Float } from '../math/float';
import { logistic } from '../math/logistic';
import { args, end, first, loop, rows } from '../threads/elementwise';

// One vector a round, as in gelu.ts.

/** out = x σ(x), where σ(x) = 1 / (1 + exp(-x)) */
export function swish(out: usize, x: usize, n: i32, H: i32): void {
  loop(swishChunk, out, x, 0, 0, n, H);
}

function swishChunk(chunk: i32): void {
  const out = args().out;
  const x = args().x;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 16) {
      const a = v128.load(x + i);
      v128.store(out + i, v128.mul<Float>(a, logistic(a)));
    }
  }
}

/** dx = dout σ(x) (1 + x (1 - σ(x))) */
export function swishBackward(dx: usize, dout: usize, x: usize, n: i32, H: i32): void {
  loop(swishBackwardChunk, dx, dout, x, 0, n, H);
}

function swishBackwardChunk(chunk: i32): void {
  const dx = args().out;
  const dout = args().x;
  const x = args().y;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 16) {
      v128.store(dx + i, v128.mul<Float>(v128.load(dout + i), derivativeOf(v128.load(x + i))));
    }
  }
}

// @ts-ignore: decorator
@inline
function derivativeOf(x: v128): v128 {
  const one = v128.splat<Float>(1);
  const s = logistic(x);
  return v128.mul<Float>(s, v128.add<Float>(one, v128.mul<Float>(x, v128.sub<Float>(one, s))));
}
