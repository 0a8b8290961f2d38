import { end, first, given, loop, rows } from './elementwise';
import { exponentialMinusOne } from './exponential';
import { Float } from './float';
import { TANH, TANH_BACKWARD } from './units';

/** out = tanh(x) = e / (e + 2), where e = exp(2 x) - 1 */
export function tanh(out: usize, x: usize, n: i32, H: i32): void {
  loop(TANH, out, x, 0, 0, n, H);
}

export function tanhUnit(unit: i32): void {
  const out = given().out;
  const x = given().x;
  const two = v128.splat<Float>(2);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      const value = v128.load(x + i);
      const e = exponentialMinusOne(v128.add<Float>(value, value));
      v128.store(out + i, v128.div<Float>(e, v128.add<Float>(e, two)));
    }
  }
}

/** dx = dout (1 - y²), where y is what `tanh` wrote. */
export function tanhBackward(dx: usize, dout: usize, y: usize, n: i32, H: i32): void {
  loop(TANH_BACKWARD, dx, dout, y, 0, n, H);
}

export function tanhBackwardUnit(unit: i32): void {
  const dx = given().out;
  const dout = given().x;
  const y = given().y;
  const one = v128.splat<Float>(1);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      const t = v128.load(y + i);
      v128.store(dx + i, v128.mul<Float>(v128.load(dout + i), v128.sub<Float>(one, v128.mul<Float>(t, t))));
    }
  }
}
