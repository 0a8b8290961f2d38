import { end, first, given, loop, rows } from './elementwise';
import { exponential } from './exponential';
import { Float } from './float';
import { SIGMOID, SIGMOID_BACKWARD } from './units';

/** out = 1 / (1 + exp(-x)) */
export function sigmoid(out: usize, x: usize, n: i32, H: i32): void {
  loop(SIGMOID, out, x, 0, 0, n, H);
}

export function sigmoidUnit(unit: i32): void {
  const out = given().out;
  const x = given().x;
  const one = v128.splat<Float>(1);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      const e = exponential(v128.neg<Float>(v128.load(x + i)));
      v128.store(out + i, v128.div<Float>(one, v128.add<Float>(one, e)));
    }
  }
}

/** dx = dout y (1 - y), where y is what `sigmoid` wrote. */
export function sigmoidBackward(dx: usize, dout: usize, y: usize, n: i32, H: i32): void {
  loop(SIGMOID_BACKWARD, dx, dout, y, 0, n, H);
}

export function sigmoidBackwardUnit(unit: i32): void {
  const dx = given().out;
  const dout = given().x;
  const y = given().y;
  const one = v128.splat<Float>(1);
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      const s = v128.load(y + i);
      v128.store(dx + i, v128.mul<Float>(v128.load(dout + i), v128.mul<Float>(s, v128.sub<Float>(one, s))));
    }
  }
}
