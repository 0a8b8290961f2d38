import { end, first, given, loop, rows } from './elementwise';
import { Float } from './float';
import { RELU, RELU_BACKWARD } from './units';

/** out = max(0, x) */
export function relu(out: usize, x: usize, n: i32, H: i32): void {
  loop(RELU, out, x, 0, 0, n, H);
}

export function reluUnit(unit: i32): void {
  const out = given().out;
  const x = given().x;
  const zero = v128.splat<Float>(0);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      // pmax is one instruction where max is seven, and it keeps NaN
      v128.store(out + i, v128.pmax<Float>(v128.load(x + i), zero));
    }
  }
}

/** dx = dout where y > 0, else 0 */
export function reluBackward(dx: usize, dout: usize, y: usize, n: i32, H: i32): void {
  loop(RELU_BACKWARD, dx, dout, y, 0, n, H);
}

export function reluBackwardUnit(unit: i32): void {
  const dx = given().out;
  const dout = given().x;
  const y = given().y;
  const zero = v128.splat<Float>(0);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      v128.store(dx + i, v128.and(v128.load(dout + i), v128.gt<Float>(v128.load(y + i), zero)));
    }
  }
}
