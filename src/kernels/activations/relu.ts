import { Float } from '../math/float';
import { storeTwo } from '../math/vector';
import { end, first, given, loop, rows } from '../threads/elementwise';

/** out = max(0, x) */
export function relu(out: usize, x: usize, n: i32, H: i32): void {
  loop(reluUnit, out, x, 0, 0, n, H);
}

function reluUnit(unit: i32): void {
  const out = given().out;
  const x = given().x;
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 32) {
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
  loop(reluBackwardUnit, dx, dout, y, 0, n, H);
}

function reluBackwardUnit(unit: i32): void {
  const dx = given().out;
  const dout = given().x;
  const y = given().y;
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 32) {
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
