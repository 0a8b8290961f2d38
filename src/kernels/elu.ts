import { end, first, given, loop, rows } from './elementwise';
import { exponentialMinusOne } from './exponential';
import { Float } from './float';
import { ELU, ELU_BACKWARD } from './units';

/** out = x where x > 0, else alpha (exp(x) - 1) */
export function elu(out: usize, x: usize, n: i32, H: i32, alpha: Float): void {
  loop(ELU, out, x, 0, alpha, n, H);
}

export function eluUnit(unit: i32): void {
  const out = given().out;
  const x = given().x;
  const alpha = v128.splat<Float>(given().scalar);
  const zero = v128.splat<Float>(0);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      const value = v128.load(x + i);
      const below = v128.mul<Float>(alpha, exponentialMinusOne(value));
      v128.store(out + i, v128.bitselect(value, below, v128.gt<Float>(value, zero)));
    }
  }
}

/** dx = dout where y > 0, else dout (y + alpha), where y is what `elu` wrote: it is above 0 where x is. */
export function eluBackward(dx: usize, dout: usize, y: usize, n: i32, H: i32, alpha: Float): void {
  loop(ELU_BACKWARD, dx, dout, y, alpha, n, H);
}

export function eluBackwardUnit(unit: i32): void {
  const dx = given().out;
  const dout = given().x;
  const y = given().y;
  const alpha = v128.splat<Float>(given().scalar);
  const zero = v128.splat<Float>(0);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      const d = v128.load(dout + i);
      const value = v128.load(y + i);
      const below = v128.mul<Float>(d, v128.add<Float>(value, alpha));
      v128.store(dx + i, v128.bitselect(d, below, v128.gt<Float>(value, zero)));
    }
  }
}
