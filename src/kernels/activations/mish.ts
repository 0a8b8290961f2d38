import { exponential } from '../math/exponential';
import { Float } from '../math/float';
import { args, end, first, loop, rows } from '../threads/elementwise';

// One vector a round, as in gelu.ts. With e = exp(x), tanh(log(1 + e)) = e (e + 2) / (e (e + 2) + 2): one exponential.

/** Above, the slope is 1 to the last bit, whatever x; further up a square would overflow in float32. */
const ONE_FROM: f64 = 40;

/** out = x tanh(log(1 + exp(x))) */
export function mish(out: usize, x: usize, n: i32, H: i32): void {
  loop(mishChunk, out, x, 0, 0, n, H);
}

function mishChunk(chunk: i32): void {
  const out = args().out;
  const x = args().x;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 16) {
      const a = v128.load(x + i);
      const n = squareLessOne(powerOf(a));
      v128.store(out + i, v128.mul<Float>(a, v128.div<Float>(n, v128.add<Float>(n, v128.splat<Float>(2)))));
    }
  }
}

/** e = exp(x) */
// @ts-ignore: decorator
@inline
function powerOf(x: v128): v128 {
  return exponential(v128.pmin<Float>(x, v128.splat<Float>(<Float>ONE_FROM)));
}

/** e (e + 2) = (1 + e)² - 1 */
// @ts-ignore: decorator
@inline
function squareLessOne(e: v128): v128 {
  return v128.mul<Float>(e, v128.add<Float>(e, v128.splat<Float>(2)));
}

/** dx = dout (t + x (1 - t²) σ(x)), where t = tanh(log(1 + exp(x))) and (1 - t²) σ(x) = 4 e (1 + e) / (e (e + 2) + 2)² */
export function mishBackward(dx: usize, dout: usize, x: usize, n: i32, H: i32): void {
  loop(mishBackwardChunk, dx, dout, x, 0, n, H);
}

function mishBackwardChunk(chunk: i32): void {
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
  const e = powerOf(x);
  const n = squareLessOne(e);
  const d = v128.add<Float>(n, v128.splat<Float>(2));
  const bend = v128.mul<Float>(v128.mul<Float>(v128.splat<Float>(4), e), v128.add<Float>(v128.splat<Float>(1), e));
  const slope = v128.div<Float>(v128.div<Float>(bend, d), d);
  return v128.add<Float>(v128.div<Float>(n, d), v128.mul<Float>(x, slope));
}
