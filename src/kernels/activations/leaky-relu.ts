import { Float } from '../math/float';
import { storeTwo } from '../math/vector';
import { end, first, given, loop, rows } from '../threads/elementwise';

/** out = x where x > 0, else slope x */
export function leakyRelu(out: usize, x: usize, n: i32, H: i32, slope: Float): void {
  loop(leakyReluUnit, out, x, 0, slope, n, H);
}

function leakyReluUnit(unit: i32): void {
  const out = given().out;
  const x = given().x;
  const slope = v128.splat<Float>(given().scalar);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 32) {
      const a = v128.load(x + i);
      const b = v128.load(x + i, 16);
      storeTwo(out + i, sloped(a, a, slope), sloped(b, b, slope));
    }
  }
}

/** The value where x > 0, else slope times the value. */
// @ts-ignore: decorator
@inline
function sloped(value: v128, x: v128, slope: v128): v128 {
  return v128.bitselect(value, v128.mul<Float>(slope, value), v128.gt<Float>(x, v128.splat<Float>(0)));
}

/** dx = dout where x > 0, else slope dout */
export function leakyReluBackward(dx: usize, dout: usize, x: usize, n: i32, H: i32, slope: Float): void {
  loop(leakyReluBackwardUnit, dx, dout, x, slope, n, H);
}

function leakyReluBackwardUnit(unit: i32): void {
  const dx = given().out;
  const dout = given().x;
  const x = given().y;
  const slope = v128.splat<Float>(given().scalar);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 32) {
      storeTwo(
        dx + i,
        sloped(v128.load(dout + i), v128.load(x + i), slope),
        sloped(v128.load(dout + i, 16), v128.load(x + i, 16), slope),
      );
    }
  }
}
