import { end, first, given, loop, rows } from './elementwise';
import { Float } from './float';
import { LEAKY_RELU, LEAKY_RELU_BACKWARD } from './units';

/** out = x where x > 0, else slope x */
export function leakyRelu(out: usize, x: usize, n: i32, H: i32, slope: Float): void {
  loop(LEAKY_RELU, out, x, 0, slope, n, H);
}

export function leakyReluUnit(unit: i32): void {
  const out = given().out;
  const x = given().x;
  const slope = v128.splat<Float>(given().scalar);
  const zero = v128.splat<Float>(0);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      const value = v128.load(x + i);
      v128.store(out + i, v128.bitselect(value, v128.mul<Float>(slope, value), v128.gt<Float>(value, zero)));
    }
  }
}

/** dx = dout where x > 0, else slope dout */
export function leakyReluBackward(dx: usize, dout: usize, x: usize, n: i32, H: i32, slope: Float): void {
  loop(LEAKY_RELU_BACKWARD, dx, dout, x, slope, n, H);
}

export function leakyReluBackwardUnit(unit: i32): void {
  const dx = given().out;
  const dout = given().x;
  const x = given().y;
  const slope = v128.splat<Float>(given().scalar);
  const zero = v128.splat<Float>(0);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      const d = v128.load(dout + i);
      v128.store(dx + i, v128.bitselect(d, v128.mul<Float>(d, slope), v128.gt<Float>(v128.load(x + i), zero)));
    }
  }
}
