import { Float } from '../math/float';
import { storeTwo } from '../math/vector';
import { args, end, first, loop, rows } from '../threads/elementwise';

/** out = x min(max(x + 3, 0), 6) / 6 */
export function hardSwish(out: usize, x: usize, n: i32, H: i32): void {
  loop(hardSwishChunk, out, x, 0, 0, n, H);
}

function hardSwishChunk(chunk: i32): void {
  const out = args().out;
  const x = args().x;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      storeTwo(out + i, hardSwishOf(v128.load(x + i)), hardSwishOf(v128.load(x + i, 16)));
    }
  }
}

// @ts-ignore: decorator
@inline
function hardSwishOf(x: v128): v128 {
  const raised = v128.pmax<Float>(v128.add<Float>(x, v128.splat<Float>(3)), v128.splat<Float>(0));
  return v128.div<Float>(v128.mul<Float>(x, v128.pmin<Float>(raised, v128.splat<Float>(6))), v128.splat<Float>(6));
}

/** dx = dout (2 x + 3) / 6 between -3 and 3; 0 below, dout above */
export function hardSwishBackward(dx: usize, dout: usize, x: usize, n: i32, H: i32): void {
  loop(hardSwishBackwardChunk, dx, dout, x, 0, n, H);
}

function hardSwishBackwardChunk(chunk: i32): void {
  const dx = args().out;
  const dout = args().x;
  const x = args().y;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      const a = derivativeOf(v128.load(x + i));
      const b = derivativeOf(v128.load(x + i, 16));
      storeTwo(dx + i, v128.mul<Float>(v128.load(dout + i), a), v128.mul<Float>(v128.load(dout + i, 16), b));
    }
  }
}

// @ts-ignore: decorator
@inline
function derivativeOf(x: v128): v128 {
  const three = v128.splat<Float>(3);
  const within = v128.div<Float>(v128.add<Float>(v128.add<Float>(x, x), three), v128.splat<Float>(6));
  const above = v128.bitselect(v128.splat<Float>(1), within, v128.ge<Float>(x, three));
  return v128.andnot(above, v128.le<Float>(x, v128.splat<Float>(-3)));
}
