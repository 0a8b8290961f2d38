import { Float } from '../math/float';
import { storeTwo } from '../math/vector';
import { args, end, first, loop, rows } from '../threads/elementwise';

/** out = x where x > 0, else negativeSlope x */
export function leakyRelu(out: usize, x: usize, n: i32, H: i32, negativeSlope: Float): void {
  loop(leakyReluChunk, out, x, 0, negativeSlope, n, H);
}

function leakyReluChunk(chunk: i32): void {
  const out = args().out;
  const x = args().x;
  const slope = v128.splat<Float>(args().scalar);
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      const a = v128.load(x + i);
      const b = v128.load(x + i, 16);
      storeTwo(out + i, leaky(a, a, slope), leaky(b, b, slope));
    }
  }
}

/** value where x > 0, else slope value */
// @ts-ignore: decorator
@inline
function leaky(value: v128, x: v128, slope: v128): v128 {
  return v128.bitselect(value, v128.mul<Float>(slope, value), v128.gt<Float>(x, v128.splat<Float>(0)));
}

/** dx = dout where x > 0, else negativeSlope dout */
export function leakyReluBackward(dx: usize, dout: usize, x: usize, n: i32, H: i32, negativeSlope: Float): void {
  loop(leakyReluBackwardChunk, dx, dout, x, negativeSlope, n, H);
}

function leakyReluBackwardChunk(chunk: i32): void {
  const dx = args().out;
  const dout = args().x;
  const x = args().y;
  const slope = v128.splat<Float>(args().scalar);
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      storeTwo(
        dx + i,
        leaky(v128.load(dout + i), v128.load(x + i), slope),
        leaky(v128.load(dout + i, 16), v128.load(x + i, 16), slope),
      );
    }
  }
}
