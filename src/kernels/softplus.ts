import { end, first, given, loop, rows } from './elementwise';
import { exponential } from './exponential';
import { Float } from './float';
import { logarithmOfOnePlus } from './logarithm';
import { SOFTPLUS, SOFTPLUS_BACKWARD } from './units';

/** out = log(1 + exp(x)) = max(0, x) + log(1 + exp(-|x|)), in which nothing overflows */
export function softplus(out: usize, x: usize, n: i32, H: i32): void {
  loop(SOFTPLUS, out, x, 0, 0, n, H);
}

export function softplusUnit(unit: i32): void {
  const out = given().out;
  const x = given().x;
  const zero = v128.splat<Float>(0);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      const value = v128.load(x + i);
      const rest = logarithmOfOnePlus(exponential(v128.neg<Float>(v128.abs<Float>(value))));
      v128.store(out + i, v128.add<Float>(v128.pmax<Float>(value, zero), rest));
    }
  }
}

/** dx = dout / (1 + exp(-x)) */
export function softplusBackward(dx: usize, dout: usize, x: usize, n: i32, H: i32): void {
  loop(SOFTPLUS_BACKWARD, dx, dout, x, 0, n, H);
}

export function softplusBackwardUnit(unit: i32): void {
  const dx = given().out;
  const dout = given().x;
  const x = given().y;
  const one = v128.splat<Float>(1);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      const e = exponential(v128.neg<Float>(v128.load(x + i)));
      v128.store(dx + i, v128.div<Float>(v128.load(dout + i), v128.add<Float>(one, e)));
    }
  }
}
